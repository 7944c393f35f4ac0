import type { Clock } from '../../common/clock.js';

/** What may be counted for one name. */
export interface Allowance {
  readonly name: string;
  readonly limit: number;
}

const MINUTE = 60_000;
/** How many names are counted at the same time. Whoever has more addresses than that gains nothing by a lost count. */
const NAMES = 100_000;

/**
 * What came up how often within a minute, counted in this instance. However many names come, it stays small: those
 * that did not come up for the longest time are forgotten.
 */
export class MinuteCounts {
  readonly #clock: Clock;
  /** What came up last, and what came up before. To take single names out of one map would take long. */
  #late = new Map<string, number>();
  #early = new Map<string, number>();
  #ends = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many names are counted now. */
  get size(): number {
    return this.#late.size + this.#early.size;
  }

  /** Until when everybody has to wait who is over a limit now, in seconds. */
  get left(): number {
    return Math.max(0, this.#ends - this.#clock.monotonic()) / 1000;
  }

  of(name: string): number {
    this.#beginAnew();
    return this.#late.get(name) ?? this.#early.get(name) ?? 0;
  }

  /** Whether all of these may come up once more. */
  hasRoom(allowances: readonly Allowance[]): boolean {
    return allowances.every(({ name, limit }) => this.of(name) < limit);
  }

  add(name: string): void {
    const count = this.of(name) + 1;
    if (this.#late.size >= NAMES / 2 && !this.#late.has(name)) {
      this.#early = this.#late;
      this.#late = new Map();
    }
    this.#late.set(name, count);
  }

  #beginAnew(): void {
    const now = this.#clock.monotonic();
    if (now < this.#ends) return;
    this.#late.clear();
    this.#early.clear();
    this.#ends = now + MINUTE;
  }
}
