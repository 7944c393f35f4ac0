import type { Clock } from '../../common/clock.js';

/** Deadlines are met up to this much late, in milliseconds: so few timers serve many waits. */
const GRAIN = 250;

/** Many deadlines on one timer. */
export class SharedTimer {
  readonly #clock: Clock;
  readonly #slots = new Map<number, Set<() => void>>();
  #timer: unknown;
  #next = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `callback` `delay` milliseconds from now. Returns what takes it back. */
  add(delay: number, callback: () => void): () => void {
    const at = Math.ceil((this.#clock.monotonic() + delay) / GRAIN) * GRAIN;
    let slot = this.#slots.get(at);
    if (!slot) {
      slot = new Set();
      this.#slots.set(at, slot);
    }
    slot.add(callback);
    if (at < this.#next) this.#arm();
    return () => {
      slot.delete(callback);
      if (slot.size === 0 && this.#slots.get(at) === slot) {
        this.#slots.delete(at);
        if (this.#slots.size === 0) this.#arm();
      }
    };
  }

  #arm(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#next = Math.min(...this.#slots.keys());
    if (this.#next === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.setTimeout(() => this.#meet(), this.#next - this.#clock.monotonic());
  }

  #meet(): void {
    const now = this.#clock.monotonic();
    for (const [at, slot] of this.#slots) {
      if (at > now) continue;
      this.#slots.delete(at);
      for (const callback of slot) callback();
    }
    this.#arm();
  }
}
