export { networksOf, widestOf } from './address-prefixes.js';
export { Addresses, type AddressOptions, isSameAddress } from './addresses.js';
export { type ChannelSeat, ChannelTicketError, ChannelTickets } from './channel-tickets.js';
export { deriveJoinCode } from './derive-join-code.js';
export { DoctorTokens, type Sight } from './doctor-tokens.js';
export { type GatewayAccess, GatewayAccesses } from './gateway-access.js';
export type { GuestOptions } from './guests.js';
export {
  type Authenticate,
  type Caller,
  type Player,
  Players,
} from './identify-player.js';
export { createJwtAuthenticator } from './jwt-authenticator.js';
export type { JwtOptions } from './jwt-options.js';
export type { LoginKeys, LoginKeysTools } from './login-keys.js';
export { Sealer } from './sealer.js';
export { Signer } from './signer.js';
export type { Ticket } from './ticket-dates.js';
export { Tickets } from './tickets.js';
export { claimOfWebhook, type Origin, type WebhookProof, WebhookTokens } from './webhook-tokens.js';
