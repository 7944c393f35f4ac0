/**
 * `relais/api`: Edgegap's relay session API, for the studio's servers. It needs the API token, so it must never be
 * imported into a game.
 *
 * @module relais/api
 */

export { type Clock, systemClock } from '../common/clock.js';
export {
  isRelayError,
  RelayError,
  type RelayErrorCode,
  type RelayErrorDetails,
} from '../common/relay-error.js';
export { RelayApi } from './relay-api.js';
export type { CallOptions, ListOptions, RelayApiOptions } from './relay-api-options.js';
export type {
  AuthorizeUserRequest,
  CreateSessionRequest,
  RevokeUserRequest,
  SessionFilter,
} from './requests.js';
export type { Relay, RelayPort, RelaySession, SessionUser, UserAuthorization } from './schemas.js';
export type { SessionEntry, SessionList } from './session-list.js';
