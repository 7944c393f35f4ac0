import type { RelayError } from '../common/relay-error.js';
import type { ChannelState } from './channel-state.js';
import type { WireName } from './wire.js';

/**
 * Why a channel was closed:
 *
 * - `closed`: the game closed it.
 * - `left`: its connection was left.
 * - `deleted`: the session was ended.
 * - `revoked`: this player's seat was taken away.
 * - `replaced`: the same player opened a newer channel, in another tab for instance.
 * - `failed`: see the `error` event.
 */
export type ChannelCloseReason = 'closed' | 'left' | 'deleted' | 'revoked' | 'replaced' | 'failed';

/**
 * Every event of a {@link RelayChannel}, with what its listeners get. A listener that throws disturbs neither the
 * others nor the channel: its error surfaces as uncaught.
 */
export interface RelayChannelEvents {
  /**
   * The state changed; `channel.state` has the new one already. Or the datagrams travel by another wire from now on:
   * then the state is the same as before, and `wire` tells which.
   */
  state: [state: ChannelState, previous: ChannelState, wire?: WireName];
  /**
   * A datagram came. `connectionId` names the client that it is from, for the host alone: a client hears nobody but
   * the host. The bytes are the listener's to keep.
   */
  datagram: [bytes: Uint8Array, connectionId: number | undefined];
  /** It is over, and trying again by itself would not help; `close` follows. Once at most. */
  error: [error: RelayError];
  /** The channel is closed. Always the last event. */
  close: [reason: ChannelCloseReason];
}
