import type { ChannelCloseReason } from '../channel/channel-events.js';
import type { ChannelState } from '../channel/channel-state.js';
import type { RelayChannel } from '../channel/relay-channel.js';
import type { WireName } from '../channel/wire.js';
import type { RelayError } from '../common/relay-error.js';
import type { RelayConnectionEvents } from '../connection/events.js';

/**
 * Every event that a scene can hear: those of the connection by their own names, and those of its channel. They come in
 * the game's step, before the scenes are updated, in the order in which they happened.
 */
export interface RelaisPluginEvents extends RelayConnectionEvents {
  /** The channel is open; `plugin.channel` has it already. Once for each match. */
  channel: [channel: RelayChannel];
  /**
   * A datagram came. `connectionId` names the client that it is from, for the host alone. One that has waited for more
   * than 250 ms for a step, because the tab was hidden for instance, is dropped.
   */
  datagram: [bytes: Uint8Array, connectionId: number | undefined];
  /** The open channel's state changed: its wire is lost, or is back. Or datagrams travel by another wire. */
  'channel-state': [state: ChannelState, previous: ChannelState, wire?: WireName];
  /** The channel could not be opened, or failed. The connection goes on. */
  'channel-error': [error: RelayError];
  /** The channel, which was open, is closed. */
  'channel-close': [reason: ChannelCloseReason];
}

/** An event with what its listeners get. */
export type PluginEmission = {
  [TName in keyof RelaisPluginEvents]: {
    readonly name: TName;
    readonly payload: RelaisPluginEvents[TName];
  };
}[keyof RelaisPluginEvents];
