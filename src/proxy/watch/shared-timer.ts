import type { Clock } from '../../common/clock.js';

/** A delay may last this much longer than asked for, in milliseconds, so that many end at the same moment. */
const GRAIN = 250;

/** A timer that many delays share, so that a proxy that holds ten thousand requests does not need as many timers. */
export class SharedTimer {
  readonly #clock: Clock;
  /** What is called at which moment, on the monotonic clock. */
  readonly #slots = new Map<number, Set<() => void>>();
  #timer: unknown;
  /** The first of those moments. */
  #next = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `callback` once, `delay` milliseconds from now.
   *
   * @returns a function that calls it off.
   */
  add(delay: number, callback: () => void): () => void {
    const at = Math.ceil((this.#clock.monotonic() + delay) / GRAIN) * GRAIN;
    const slot = this.#slots.get(at) ?? new Set();
    this.#slots.set(at, slot);
    slot.add(callback);
    if (at < this.#next) this.#start();
    return () => {
      slot.delete(callback);
      // If the moment has come, the slot is gone, and the timer is set for the next one.
      if (slot.size > 0 || this.#slots.get(at) !== slot) return;
      this.#slots.delete(at);
      if (this.#slots.size === 0) this.#start();
    };
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
      for (const callback of slot) callback();
    }
    this.#start();
  }
}
