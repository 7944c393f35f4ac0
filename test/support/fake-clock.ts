import type { Clock } from '../../src/common/clock.js';

/** A clock that moves when a test says so, and that knows who still waits. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  /** How far the wall clock was set, in milliseconds. */
  #shift = 0;
  #timers = new Map<object, { readonly due: number; readonly callback: () => void }>();

  /** What `random` returns. */
  chance = 0.5;

  now = (): number => this.#now + this.#shift;

  monotonic = (): number => this.#now;

  /** Sets the wall clock forward or back; no time passes. */
  set(shift: number): void {
    this.#shift += shift;
  }

  random = (): number => this.chance;

  setTimeout = (callback: () => void, delay: number): object => {
    const timer = {};
    this.#timers.set(timer, { due: this.#now + delay, callback });
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as object);
  };

  /** How long those who wait still have to, in milliseconds, the shortest first. */
  get waits(): number[] {
    return [...this.#timers.values()].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  /** Moves on, and calls each timer at its time. */
  advance(duration: number): void {
    const end = this.#now + duration;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
  }

  /** Moves on as a laptop that sleeps: all timers that were due meanwhile are late. */
  sleep(duration: number): void {
    this.#now += duration;
    this.advance(0);
  }

  #next(end: number) {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
    if (!first || first[1].due > end) return undefined;
    this.#timers.delete(first[0]);
    return first[1];
  }
}
