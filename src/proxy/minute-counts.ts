import type { Clock } from '../api/clock.js';
import { remember } from './remember.js';

/** What may be counted for one name. */
export interface Allowance {
  readonly name: string;
  readonly limit: number;
}

const MINUTE = 60_000;
/** How many names are counted at the same time: those that came up last. Whoever has more addresses needs no lost count. */
const NAMES = 100_000;

/** What came up how often within a minute, counted in this instance. However many names come, it stays small. */
export class MinuteCounts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  #ends = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many names are counted now. */
  get size(): number {
    return this.#counts.size;
  }

  /** Until when everybody has to wait who is over a limit now, in seconds. */
  get left(): number {
    return Math.max(0, this.#ends - this.#clock.monotonic()) / 1000;
  }

  of(name: string): number {
    this.#beginAnew();
    return this.#counts.get(name) ?? 0;
  }

  /** Whether all of these may come up once more. */
  hasRoom(allowances: readonly Allowance[]): boolean {
    return allowances.every(({ name, limit }) => this.of(name) < limit);
  }

  add(name: string): void {
    const count = this.of(name) + 1;
    // Whatever came up last is forgotten last.
    this.#counts.delete(name);
    remember(this.#counts, name, count, NAMES);
  }

  #beginAnew(): void {
    const now = this.#clock.monotonic();
    if (now < this.#ends) return;
    this.#counts.clear();
    this.#ends = now + MINUTE;
  }
}
