import type { Clock } from '../../common/clock.js';

/** A delay may last this much longer than asked for, in milliseconds, so that many end at the same moment. */
const GRAIN = 250;

/** Something that is called when its time is up. */
interface Delay {
  /** The moment, on the monotonic clock. */
  at: number;
  readonly callback: () => void;
}

/** A timer that many delays share, so that a proxy that holds ten thousand requests does not need as many timers. */
export class SharedTimer {
  readonly #clock: Clock;
  /** What is called at which moment. */
  readonly #slots = new Map<number, Set<Delay>>();
  #timer: unknown;
  /** The first of those moments. */
  #next = Number.POSITIVE_INFINITY;
  /** Until when all delays must be over, on the monotonic clock. */
  #end: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `callback` once, `delay` milliseconds from now.
   *
   * @returns a function that calls it off.
   */
  add(delay: number, callback: () => void): () => void {
    const added = { at: 0, callback };
    this.#put(added, delay);
    if (added.at < this.#next) this.#start();
    return () => this.#remove(added);
  }

  /**
   * Shortens all delays, also those that are added later: each ends at a moment of its own within `period` milliseconds
   * from now, unless it ends before that anyway.
   */
  endWithin(period: number): void {
    const now = this.#clock.monotonic();
    this.#end = now + period;
    const pending = [...this.#slots.values()].flatMap((slot) => [...slot]);
    this.#slots.clear();
    for (const delay of pending) this.#put(delay, delay.at - now);
    this.#start();
  }

  #put(added: Delay, delay: number): void {
    const now = this.#clock.monotonic();
    added.at = Math.ceil((now + Math.min(delay, this.#longest(now))) / GRAIN) * GRAIN;
    const slot = this.#slots.get(added.at) ?? new Set();
    this.#slots.set(added.at, slot.add(added));
  }

  #longest(now: number): number {
    if (this.#end === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#end - now) * this.#clock.random();
  }

  #remove(added: Delay): void {
    const slot = this.#slots.get(added.at);
    // If the moment has come, the slot is gone, and the timer is set for the next one.
    if (!slot?.delete(added) || slot.size > 0) return;
    this.#slots.delete(added.at);
    if (this.#slots.size === 0) this.#start();
  }

  /** Sets the timer for the first moment, if there is one. */
  #start(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#next = Math.min(...this.#slots.keys());
    if (this.#next === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.setTimeout(() => this.#ring(), this.#next - this.#clock.monotonic());
  }

  #ring(): void {
    const now = this.#clock.monotonic();
    for (const [at, slot] of this.#slots) {
      if (at > now) continue;
      this.#slots.delete(at);
      for (const { callback } of slot) callback();
    }
    this.#start();
  }
}
