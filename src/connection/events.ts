import type { PlayerSession } from '../api/player-session.js';
import type { RelayError } from '../common/relay-error.js';
import type { Endpoint } from './endpoint.js';
import type { ConnectionState } from './state.js';

/**
 * Why a connection was closed:
 *
 * - `left`: this player left, or the `signal` was aborted.
 * - `deleted`: the session was ended, by its host for instance.
 * - `revoked`: the host took this player's seat away, or the player was gone for too long.
 * - `failed`: see the `error` event.
 */
export type CloseReason = 'left' | 'deleted' | 'revoked' | 'failed';

/** A passing failure, and what is done about it. */
export interface Retry {
  /** What went wrong. Its `retryable` is true. */
  readonly error: RelayError;
  /** Which try in a row failed, from 1. */
  readonly attempt: number;
  /** Time until the next one, in milliseconds. 30000 while the browser says it is offline; sooner once it is online. */
  readonly delay: number;
}

/**
 * Every event of a {@link RelayConnection}, with what its listeners get. Those that one session document
 * brings fire in this order; after `close` nothing fires until the connection is used again.
 *
 * A listener that throws disturbs neither the others nor the connection: its error surfaces as uncaught.
 */
export interface RelayConnectionEvents {
  /** The state changed; `connection.state` has the new one already. */
  state: [state: ConnectionState, previous: ConnectionState];
  /** The session's document is there, or changed: a player came or went, the ticket was renewed. */
  session: [session: PlayerSession];
  /** The session's `ready` flag rose. */
  ready: [session: PlayerSession];
  /** The session's `linked` flag rose, and host, port and tokens are known. Again if the relay changes. */
  linked: [endpoint: Endpoint];
  /** Ready and linked: the netcode may connect. Once for each *create*, *join* or *resume*. */
  open: [endpoint: Endpoint];
  /** A request failed in a way that passes; it will be repeated. */
  retrying: [retry: Retry];
  /**
   * It is over, and trying again by itself would not help; `close` follows. With the code `invalid-state` it
   * tells of a *create*, *join* or *resume* while the connection was in use: then nothing is over, and no
   * `close` follows.
   */
  error: [error: RelayError];
  /** The connection ended. Always the last event. */
  close: [reason: CloseReason];
}
