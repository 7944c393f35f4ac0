import type { Clock } from '../../common/clock.js';

/** The share of the budget that sweeps take at most, with the *gets* that they cause. */
const SHARE = 1 / 4;

/**
 * How fast the account's list is gone through, and how fast sessions are asked for that a list says are different: both
 * together take a quarter of the budget at most, one call after the other.
 */
export class SweepPace {
  /** How long after one call the next may be made, in milliseconds. */
  readonly gap: number;
  readonly #clock: Clock;
  readonly #timers = new Set<unknown>();
  #nextAt = Number.NEGATIVE_INFINITY;

  /** @param callsPerSecond - the whole budget. */
  constructor(callsPerSecond: number, clock: Clock) {
    this.gap = 1000 / (callsPerSecond * SHARE);
    this.#clock = clock;
  }

  /** When the next call may be made, on the monotonic clock. */
  get readyAt(): number {
    return this.#nextAt;
  }

  /** Takes the next call, and waits for its time. Never resolves once this is closed. */
  take(): Promise<void> {
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.gap;
    if (at <= now) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, at - now);
      this.#timers.add(timer);
    });
  }

  close(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }
}
