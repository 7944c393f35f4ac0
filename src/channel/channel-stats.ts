import type { DropCause, WireMeasures, WireName } from './wire.js';

/** What a channel has done so far. */
export interface ChannelStats {
  /** What carries the datagrams. */
  readonly wire: WireName;
  /** Datagrams that `send` took, since the channel was opened. */
  readonly sent: number;
  /** Datagrams that `send` did not take, by cause. */
  readonly notSent: Readonly<Record<DropCause, number>>;
  /** Datagrams that the game's listeners got. */
  readonly received: number;
  /** Datagrams that came and were not handed on, by cause. */
  readonly notReceived: Readonly<Record<DropCause, number>>;
  /** Round trip to the gateway, in milliseconds; `undefined` where there is none, or while it is not known. */
  readonly gatewayRoundTrip: WireMeasures['gatewayRoundTrip'];
  /** Round trip from the gateway to the relay, or from the player without a gateway, in milliseconds. */
  readonly relayRoundTrip: WireMeasures['relayRoundTrip'];
  /** The gateway's own count of this player's datagrams, both ways, about a second old; `undefined` without one. */
  readonly gateway: WireMeasures['gateway'];
  /**
   * Of those that were `sent`, the datagrams that the system did not send after all, where nobody listens at the
   * relay's port for instance. `undefined` with a gateway, which tells of its own.
   */
  readonly unsent?: WireMeasures['unsent'];
}

/** Counts a channel's datagrams. */
export class ChannelCounters {
  readonly notSent = noDrops();
  readonly notReceived = noDrops();
  sent = 0;
  received = 0;

  /** The counts as they are now. */
  read(): Pick<ChannelStats, 'sent' | 'notSent' | 'received' | 'notReceived'> {
    return {
      sent: this.sent,
      notSent: { ...this.notSent },
      received: this.received,
      notReceived: { ...this.notReceived },
    };
  }
}

function noDrops(): Record<DropCause, number> {
  return { 'not-open': 0, stalled: 0, congested: 0, late: 0 };
}
