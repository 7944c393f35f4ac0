import { type Clock, systemClock } from '../../src/common/clock.js';

/**
 * A clock on which nobody waits: timers end at once, and are remembered. Those of `held` milliseconds,
 * deadlines for instance, never end.
 */
export class HurriedClock implements Clock {
  readonly #held: number;
  readonly waits: number[] = [];
  chance = 0;

  constructor(held: number) {
    this.#held = held;
  }

  now(): number {
    return Date.UTC(2026, 0, 1);
  }

  monotonic(): number {
    return 0;
  }

  random(): number {
    return this.chance;
  }

  setTimeout(callback: () => void, delay: number): unknown {
    if (delay === this.#held) return undefined;
    this.waits.push(delay);
    return systemClock.setTimeout(callback, 0);
  }

  clearTimeout(timer: unknown): void {
    systemClock.clearTimeout(timer);
  }
}
