import type { PlayerSession } from '../api/player-session.js';
import type { RelayError } from '../api/relay-error.js';
import type { Endpoint } from './endpoint.js';
import type { ConnectionState } from './state.js';

/** Why a connection was closed: the player left, or the connection failed. */
export type CloseReason = 'left' | 'failed';

/** A passing failure, and what is done about it. */
export interface Retry {
  /** What went wrong. Its `retryable` is true. */
  readonly error: RelayError;
  /** Which try in a row failed, from 1. */
  readonly attempt: number;
  /** Time until the next one, in milliseconds. */
  readonly delay: number;
}

/**
 * Every event of a {@link RelayConnection}, with what its listeners get. Those that one session document
 * brings fire in this order; after `close` nothing fires until the connection is used again.
 */
export interface RelayConnectionEvents {
  /** The state changed; `connection.state` has the new one already. */
  state: [state: ConnectionState, previous: ConnectionState];
  /** The session's `ready` flag rose. */
  ready: [session: PlayerSession];
  /** The session's `linked` flag rose, and host, port and tokens are known. Again if the relay changes. */
  linked: [endpoint: Endpoint];
  /** Ready and linked: the netcode may connect. */
  open: [endpoint: Endpoint];
  /** A request failed in a way that passes; it will be repeated. */
  retrying: [retry: Retry];
  /** It is over, and trying again by itself would not help. Once at most. */
  error: [error: RelayError];
  /** The connection ended. Always the last event. */
  close: [reason: CloseReason];
}
