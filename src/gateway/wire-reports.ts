import type { SendWindow } from '../channel-protocol/send-window.js';
import type { PageWire } from './page-wire.js';
import type { SeatChannel } from './seat-channel.js';

/** At rest a probe goes out so often, in milliseconds: it tells that the wire lives, and the page's script. */
const PROBE_EVERY = 5_000;
/** Figures are told so often, while datagrams flow and at rest, in milliseconds. */
const STATS_EVERY = 1_000;
const STATS_AT_REST_EVERY = 10_000;

/** Tells a wire's page what is due: a probe at rest, and figures. */
export class WireReports {
  /** When the last probe went out, whoever sent it. */
  probedAt: number;
  #statsAt: number;
  #received = -1;

  /** @param now - when the wire was opened. */
  constructor(now: number) {
    this.probedAt = now;
    this.#statsAt = now;
  }

  turn(
    wire: PageWire,
    window: SendWindow,
    { counts, relayRoundTrip }: Pick<SeatChannel, 'counts' | 'relayRoundTrip'>,
    now: number,
  ): void {
    if (now - this.probedAt >= PROBE_EVERY) window.probe();
    // How many datagrams came in so far, in both directions.
    const { received } = counts;
    const every = received === this.#received ? STATS_AT_REST_EVERY : STATS_EVERY;
    if (now - this.#statsAt < every) return;
    this.#statsAt = now;
    this.#received = received;
    const { fromPage, toPage } = counts;
    wire.send({ type: 'stats', relayRoundTrip, fromPage, toPage });
  }
}
