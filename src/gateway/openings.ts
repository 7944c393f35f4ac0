/** In this time all that somebody has opened is forgiven, in milliseconds. */
const WINDOW = 10_000;

/** How often somebody opens wires: so many within ten seconds, and no more at once. */
export class Openings {
  readonly #most: number;
  /** Less than nothing where there were too many: whoever goes on trying waits the longer. */
  #left: number;
  #filledAt: number;

  /** @param most - how many there may be within ten seconds. */
  constructor(most: number, now: number) {
    this.#most = most;
    this.#left = most;
    this.#filledAt = now;
  }

  /** Counts one. Returns whether it was one too many. */
  isOver(now: number): boolean {
    this.#fill(now);
    this.#left = Math.max(this.#left - 1, -this.#most);
    return this.#left < 0;
  }

  /** Counts those that somebody opened at other processes. */
  addElsewhere(count: number, now: number): void {
    this.#fill(now);
    this.#left = Math.max(this.#left - count, -this.#most);
  }

  /** Whether there were so many too many that it is not even worth telling. */
  isFarOver(now: number): boolean {
    this.#fill(now);
    return this.#left <= -this.#most;
  }

  /** Whether all is forgiven. */
  isForgiven(now: number): boolean {
    this.#fill(now);
    return this.#left === this.#most;
  }

  #fill(now: number): void {
    const more = ((now - this.#filledAt) / WINDOW) * this.#most;
    this.#filledAt = now;
    this.#left = Math.min(this.#most, this.#left + more);
  }
}
