import type { Clock } from '../../common/clock.js';
import type { Store, StoreStep } from '../store/index.js';
import type { Allowance } from './allowances.js';
import { PARTS } from './limit-parts.js';
import { MinuteCounts } from './minute-counts.js';

const MINUTE = 60_000;
/** How long what was counted here is kept back before the other instances are told, in milliseconds. */
const DELAY = 1_000;

/** What the instances have counted under one name within a minute of the store's, in parts of its limit. */
interface Parts {
  /** How many this instance has told the others. */
  told: number;
  /** How many it is about to tell. */
  untold: number;
  /** How many the others had told when this instance last told any. */
  others: number;
}

/**
 * How often each name came up within a minute, at all instances that share a store. Nobody who is counted waits for the
 * store: an instance counts by itself, and tells the others afterwards, each time that it has counted another twentieth
 * of a limit. What comes up rarely never gets to the store. So an instance may let through a twentieth too much, and
 * what comes within a second.
 */
export class SharedCounts {
  readonly #name: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #own: MinuteCounts;
  /** The parts of all names of which a part has come up here within this minute of the store's. */
  readonly #parts = new Map<string, Parts>();
  /** The minute that the parts are of, by its number. */
  #minute = 0;
  /** How far the store's time is ahead of the monotonic clock, once that is known, in milliseconds. */
  #ahead: number | undefined;
  #timer: unknown;
  #isClosed = false;

  /** @param name - what is counted, for the names in the store. */
  constructor(name: string, store: Store, clock: Clock) {
    this.#name = name;
    this.#store = store;
    this.#clock = clock;
    this.#own = new MinuteCounts(clock);
  }

  /** How long the minute still lasts, in seconds: so long must wait who is over a limit. */
  get left(): number {
    return this.#own.left;
  }

  /** Whether each of these names may come up once more. */
  hasRoom(allowances: readonly Allowance[]): boolean {
    return allowances.every((allowance) => this.#countOf(allowance) < allowance.limit);
  }

  add(allowance: Allowance): void {
    const { name } = allowance;
    this.#own.add(name);
    this.#forgetLastMinute();
    if (this.#own.of(name) % partOf(allowance) !== 0) return;
    const parts = this.#parts.get(name) ?? { told: 0, untold: 0, others: 0 };
    parts.untold += 1;
    this.#parts.set(name, parts);
    this.#tellLater();
  }

  /** Tells the others nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
  }

  #countOf(allowance: Allowance): number {
    const own = this.#own.of(allowance.name);
    this.#forgetLastMinute();
    return own + (this.#parts.get(allowance.name)?.others ?? 0) * partOf(allowance);
  }

  #forgetLastMinute(): void {
    if (this.#ahead === undefined) return;
    const minute = Math.floor((this.#clock.monotonic() + this.#ahead) / MINUTE);
    if (minute === this.#minute) return;
    // What is known at the first time is of this minute.
    if (this.#minute > 0) this.#parts.clear();
    this.#minute = minute;
  }

  #tellLater(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#clock.setTimeout(() => {
      void this.#tell()
        // Where the store is away, each instance counts by itself.
        .catch(() => {})
        .finally(() => {
          this.#timer = undefined;
          if ([...this.#parts.values()].some(({ untold }) => untold > 0)) this.#tellLater();
        });
    }, DELAY);
  }

  async #tell(): Promise<void> {
    this.#ahead ??= (await this.#store.now()) - this.#clock.monotonic();
    this.#forgetLastMinute();
    const due = [...this.#parts].filter(([, { untold }]) => untold > 0);
    const told = due.map(([name, parts]) => ({ name, parts, count: parts.untold }));
    const steps = told.flatMap(({ name, count }) => {
      const key = `${this.#name}:${this.#minute}:${name}`;
      return Array.from({ length: count }, (): StoreStep => ['increment', key, 2 * MINUTE]);
    });
    const results = await this.#store.batch(steps);
    let end = 0;
    for (const { count, parts } of told) {
      end += count;
      parts.told += count;
      parts.untold -= count;
      parts.others = Math.max(0, Number(results[end - 1]) - parts.told);
    }
  }
}

/** How often a name with this limit comes up before the others are told. */
const partOf = ({ limit }: Allowance) => Math.max(1, Math.floor(limit / PARTS));
