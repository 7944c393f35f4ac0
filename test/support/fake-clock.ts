import { type Clock, systemClock } from '../../src/common/clock.js';

/** How a {@link FakeClock} goes. */
export interface FakeClockOptions {
  /**
   * Whether nobody waits: each timer rings at once, without any time passing, and `skipped` keeps its delay. Timers of
   * `except` milliseconds never ring: a deadline that must not end, for instance.
   */
  readonly hurry?: { readonly except: number };
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it, and that knows who waits. */
export class FakeClock implements Clock {
  readonly #hurry: FakeClockOptions['hurry'];
  readonly #timers = new Map<unknown, Timer>();
  #now = Date.parse('2026-01-01T00:00:00Z');
  /** How far the wall clock was set, in milliseconds. */
  #shift = 0;
  /** What `random()` answers. */
  chance = 0.5;
  /** The delays that nobody waited for, in a hurry. */
  readonly skipped: number[] = [];

  constructor({ hurry }: FakeClockOptions = {}) {
    this.#hurry = hurry;
  }

  now(): number {
    return this.#now + this.#shift;
  }

  monotonic(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  setTimeout(callback: () => void, delay: number): unknown {
    if (this.#hurry) return this.#ringAtOnce(callback, delay);
    const timer = {};
    this.#timers.set(timer, { due: this.#now + delay, callback });
    return timer;
  }

  clearTimeout(timer: unknown): void {
    if (this.#hurry) systemClock.clearTimeout(timer);
    else this.#timers.delete(timer);
  }

  /** How many timers run. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How long each timer still runs, in milliseconds, the shortest first. */
  get waits(): number[] {
    return [...this.#timers.values()].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  /** Lets time pass: the timers that end in it ring, each at its time. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#take(end); next; next = this.#take(end)) {
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
  }

  /** Lets time pass as on a laptop that sleeps: the timers that end in it ring late, after it. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
    this.advance(0);
  }

  /** Sets the wall clock forward or back. No time passes. */
  set(shift: number): void {
    this.#shift += shift;
  }

  /** Takes out the timer that rings first, if it does so until then. */
  #take(end: number): Timer | undefined {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
    if (!first || first[1].due > end) return undefined;
    this.#timers.delete(first[0]);
    return first[1];
  }

  #ringAtOnce(callback: () => void, delay: number): unknown {
    if (delay === this.#hurry?.except) return undefined;
    this.skipped.push(delay);
    return systemClock.setTimeout(callback, 0);
  }
}
