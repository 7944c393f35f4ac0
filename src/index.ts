/** `relais`: what a game imports. */

export type { Player, PlayerSession, Role } from './api/player-session.js';
export type { SessionFilter } from './api/requests.js';
export type { Clock } from './common/clock.js';
export { isRelayError, RelayError, type RelayErrorCode } from './common/relay-error.js';
export type { Endpoint } from './connection/endpoint.js';
export type { CloseReason, RelayConnectionEvents, Retry } from './connection/events.js';
export type { GuestStore, RelayConnectionOptions } from './connection/options.js';
export {
  type CreateOptions,
  RelayConnection,
  type StartOptions,
} from './connection/relay-connection.js';
export type { ConnectionState } from './connection/state.js';
