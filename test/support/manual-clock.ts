import type { Clock } from '../../src/common/clock.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #lastTimer = 0;
  /** How far the wall clock was set, in milliseconds. */
  #shift = 0;

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now + this.#shift;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Sets the wall clock forward or back; no time passes. */
  set(shift: number): void {
    this.#shift += shift;
  }

  random(): number {
    return 0.5;
  }

  setTimeout(callback: () => void, delay: number): unknown {
    this.#lastTimer += 1;
    this.#timers.set(this.#lastTimer, { at: this.#now + delay, callback });
    return this.#lastTimer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Lets time pass: timers that are due on the way ring, in order. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
      if (!next || next[1].at > end) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
    }
    this.#now = end;
  }
}
