export { networksOf, widestOf } from './address-prefixes.js';
export { Addresses, type AddressOptions, isSameAddress } from './addresses.js';
export { deriveJoinCode } from './join-codes.js';
export { createJwtAuthenticator, type JwtOptions } from './jwt-authenticator.js';
export {
  type Authenticate,
  type Caller,
  type GuestOptions,
  type Player,
  Players,
} from './players.js';
export { Signer } from './signer.js';
export { type Ticket, Tickets } from './tickets.js';
export { type Origin, type WebhookProof, WebhookTokens } from './webhook-tokens.js';
