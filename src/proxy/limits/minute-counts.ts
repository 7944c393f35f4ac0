import type { Clock } from '../../common/clock.js';
import type { Allowance } from './allowances.js';

const MINUTE = 60_000;
/** How many names are counted at the same time. Nobody gains anything by using more addresses than that. */
const NAMES = 100_000;

/**
 * How often each name came up within a minute, counted in this instance. However many names come, this stays small:
 * those that have not come up for the longest time are forgotten.
 */
export class MinuteCounts {
  readonly #clock: Clock;
  /** The names that came up most recently. */
  #recent = new Map<string, number>();
  /**
   * The names that came up before those. They are forgotten all at once, for to take single names out of a large map
   * takes long.
   */
  #earlier = new Map<string, number>();
  /** When the minute is over, on the monotonic clock. */
  #ends = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many names are counted now. */
  get size(): number {
    return this.#recent.size + this.#earlier.size;
  }

  /** How long the minute still lasts, in seconds: so long must wait who is over a limit. */
  get left(): number {
    return Math.max(0, this.#ends - this.#clock.monotonic()) / 1000;
  }

  /** How often a name came up in this minute. */
  of(name: string): number {
    this.#beginAnew();
    return this.#recent.get(name) ?? this.#earlier.get(name) ?? 0;
  }

  /** Whether each of these names may come up once more. */
  hasRoom(allowances: readonly Allowance[]): boolean {
    return allowances.every(({ name, limit }) => this.of(name) < limit);
  }

  add(name: string): void {
    const count = this.of(name) + 1;
    if (this.#recent.size >= NAMES / 2 && !this.#recent.has(name)) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(name, count);
  }

  /** Begins a new minute where the last is over. */
  #beginAnew(): void {
    const now = this.#clock.monotonic();
    if (now < this.#ends) return;
    this.#recent.clear();
    this.#earlier.clear();
    this.#ends = now + MINUTE;
  }
}
