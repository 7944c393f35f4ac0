/**
 * Turns that are earned with time, so many per second. In a quiet time they add up to what one second brings, and to
 * one at least.
 */
export class EarnedTurns {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  /** When {@link EarnedTurns.#left} was last brought up to date, in milliseconds on the monotonic clock. */
  #at: number;

  /** @param now - the time, in milliseconds on the monotonic clock, as for all methods. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#most = Math.max(1, perSecond);
    this.#left = this.#most;
    this.#at = now;
  }

  /** Whether there is one. */
  has(now: number): boolean {
    return this.#leftAt(now) >= 1;
  }

  /** Takes one away, which must be there. */
  take(now: number): void {
    this.#left = this.#leftAt(now) - 1;
    this.#at = now;
  }

  /** How long it takes from now until there are so many, in milliseconds. */
  timeTo(count: number, now: number): number {
    return Math.max(0, ((count - this.#leftAt(now)) / this.#perSecond) * 1000);
  }

  #leftAt(now: number): number {
    return Math.min(this.#most, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
  }
}
