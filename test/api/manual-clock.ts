import type { Clock } from '../../src/common/clock.js';

/** A clock that stands until it is told to go on; it knows the timers that were not cleared. */
export class ManualClock implements Clock {
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #now = 1_700_000_000_000;
  #count = 0;
  /** What `random()` answers. */
  chance = 0.5;

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How long each waiting timer has still to wait, in milliseconds. */
  get delays(): number[] {
    return [...this.#timers.values()].map(({ at }) => at - this.#now);
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  setTimeout(callback: () => void, delay: number): unknown {
    this.#count += 1;
    this.#timers.set(this.#count, { at: this.#now + delay, callback });
    return this.#count;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Lets `time` milliseconds pass, and the timers that end in them. */
  advance(time: number): void {
    const end = this.#now + time;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      const next = due.sort(([, one], [, other]) => one.at - other.at)[0];
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
    }
    this.#now = end;
  }
}
