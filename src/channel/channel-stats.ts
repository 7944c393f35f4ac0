import type { DropCause, KnownAtGateway, WireMeasures, WireName, WireTally } from './wire.js';

/** What a channel has done so far. */
export interface ChannelStats {
  /** What carries the datagrams now. */
  readonly wire: WireName;
  /** Datagrams that `send` took, since the channel was opened. */
  readonly sent: number;
  /** Datagrams that `send` did not take, by cause. */
  readonly notSent: Readonly<Record<DropCause, number>>;
  /** Datagrams that the game's listeners got. */
  readonly received: number;
  /** Datagrams that came and were not handed on, by cause. */
  readonly notReceived: Readonly<Record<DropCause, number>>;
  /**
   * Datagrams that did not arrive: of those that were `sent`, and of those that the gateway had sent. A data channel
   * loses what the network loses; a WebSocket loses what was on its way when it was lost. Counted ten times a second
   * while datagrams travel, those included that are still on their way by the other wire while the channel moves; and
   * exactly once all are there. Of a gateway that is gone nobody can tell.
   */
  readonly lost: {
    /** Of those that were `sent`: they did not get to the gateway. */
    readonly sending: number;
    /** Of those that the gateway had sent: they did not get here. */
    readonly receiving: number;
  };
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
  readonly #lost = { sending: 0, receiving: 0 };
  sent = 0;
  received = 0;
  /** What was missing already when the gateway began to count. */
  #before = { sending: 0, receiving: 0 };

  /** A wire is up. What was sent on the one before and has not arrived is lost. */
  settle({ received, returned, sent }: KnownAtGateway): void {
    const missing = this.sent - received;
    // A gateway that knows nothing of the one before begins anew.
    if (!returned) {
      this.#before = {
        sending: missing - this.#lost.sending,
        receiving: this.#missingHere(sent) - this.#lost.receiving,
      };
    }
    this.tally({ missing, sent });
  }

  /** So many have not arrived. */
  tally({ missing, sent }: WireTally): void {
    if (missing !== undefined) this.#lost.sending = missing - this.#before.sending;
    if (sent !== undefined) this.#lost.receiving = this.#missingHere(sent) - this.#before.receiving;
  }

  /** The counts as they are now. */
  read(): Pick<ChannelStats, 'sent' | 'notSent' | 'received' | 'notReceived' | 'lost'> {
    return {
      sent: this.sent,
      notSent: { ...this.notSent },
      received: this.received,
      notReceived: { ...this.notReceived },
      lost: { ...this.#lost },
    };
  }

  #missingHere(sent: number): number {
    return sent - this.received - this.notReceived.late;
  }
}

function noDrops(): Record<DropCause, number> {
  return { 'not-open': 0, stalled: 0, congested: 0, late: 0 };
}
