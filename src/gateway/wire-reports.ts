/** At rest a probe goes out so often, in milliseconds: it tells that the wire lives, and the page's script. */
const PROBE_EVERY = 5_000;
/** Figures are told so often, while datagrams flow and at rest, in milliseconds. */
const STATS_EVERY = 1_000;
const STATS_AT_REST_EVERY = 10_000;

/** When a wire is due to tell its page something. */
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

  isProbeDue(now: number): boolean {
    return now - this.probedAt >= PROBE_EVERY;
  }

  /** @param received - how many datagrams came in so far, in both directions. */
  areStatsDue(now: number, received: number): boolean {
    const every = received === this.#received ? STATS_AT_REST_EVERY : STATS_EVERY;
    if (now - this.#statsAt < every) return false;
    this.#statsAt = now;
    this.#received = received;
    return true;
  }
}
