import type { Clock } from '../../common/clock.js';
import type { LimitChannel, LimitNews } from '../store/index.js';
import type { Allowance } from './allowances.js';
import { partOf } from './limit-parts.js';

/** What is held here under one name. */
interface Own {
  count: number;
  /** How many the others are told of at a time. */
  readonly part: number;
  /** How many they were told of. */
  told: number;
}

/** What another instance told. */
interface Others {
  readonly counts: Map<string, number>;
  /** Until when that counts, on the monotonic clock. */
  goodUntil: number;
}

/** How long what came up is kept back before the other instances are told, in milliseconds. */
const DELAY = 1_000;
/** How often an instance repeats what it has, in milliseconds. One that has died repeats nothing. */
const REPEATED_EVERY = 5_000;
/** How long what an instance told counts, in milliseconds. */
const GOOD_FOR = 12_000;

/**
 * How many of something that lasts there are under each name, at all instances that share a store: held requests,
 * wires. Nobody who is counted waits for the store: an instance counts by itself, and tells the others afterwards, each
 * time that it has another part of a limit. A single one is no news. What is given back is told at once, for it may be
 * taken again at another instance.
 */
export class HeldCounts {
  readonly #channel: LimitChannel;
  readonly #clock: Clock;
  readonly #own = new Map<string, Own>();
  /** Those of which the others must be told, for there are more or fewer than they know. */
  readonly #news = new Map<string, Own>();
  /** Those of which the others were told that there are some. */
  readonly #told = new Map<string, Own>();
  /** By instance. */
  readonly #others = new Map<string, Others>();
  readonly #stopHearing: () => void;
  #timer: unknown;
  /** When the timer rings, on the monotonic clock. */
  #ringsAt = Number.POSITIVE_INFINITY;
  #repetition: unknown;
  #isClosed = false;

  constructor(channel: LimitChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    this.#stopHearing = channel.hear((news) => this.#hear(news));
  }

  /** Whether there may be one more under this name. */
  hasRoom({ limit, name }: Allowance): boolean {
    return (this.#own.get(name)?.count ?? 0) + this.elsewhere(name) < limit;
  }

  /** How many there are at other instances, as far as they told. */
  elsewhere(name: string): number {
    const now = this.#clock.monotonic();
    let sum = 0;
    for (const [instance, { counts, goodUntil }] of this.#others) {
      if (goodUntil <= now) this.#others.delete(instance);
      else sum += counts.get(name) ?? 0;
    }
    return sum;
  }

  /** Counts one until the function that it returns is called. To call that twice does no harm. */
  hold({ limit, name }: Allowance): () => void {
    const own = this.#own.get(name) ?? { count: 0, part: partOf(limit), told: 0 };
    this.#own.set(name, own);
    this.#change(name, own, 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#change(name, own, -1);
      isHeld = false;
    };
  }

  /** Tells the others that there is nothing here any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#clock.clearTimeout(this.#timer);
    this.#clock.clearTimeout(this.#repetition);
    if (this.#told.size > 0) this.#channel.tellHeld([], true).catch(() => {});
  }

  #change(name: string, own: Own, by: 1 | -1): void {
    own.count += by;
    this.#forgetIfDone(name, own);
    const worthTelling = wholeParts(own);
    if (worthTelling === own.told) {
      this.#news.delete(name);
      return;
    }
    this.#news.set(name, own);
    this.#tellWithin(worthTelling > own.told ? DELAY : 0);
  }

  /** Only once the others know that there is none: what is taken again meanwhile goes by what they know. */
  #forgetIfDone(name: string, { count, told }: Own): void {
    if (count === 0 && told === 0) this.#own.delete(name);
  }

  #tellWithin(delay: number): void {
    const at = this.#clock.monotonic() + delay;
    if (this.#isClosed || at >= this.#ringsAt) return;
    this.#clock.clearTimeout(this.#timer);
    this.#ringsAt = at;
    this.#timer = this.#clock.setTimeout(() => {
      this.#ringsAt = Number.POSITIVE_INFINITY;
      this.#tell();
    }, delay);
  }

  #tell(): void {
    const counts: [string, number][] = [];
    for (const [name, own] of this.#news) {
      own.told = wholeParts(own);
      counts.push([name, own.told]);
      if (own.told > 0) this.#told.set(name, own);
      else this.#told.delete(name);
      this.#forgetIfDone(name, own);
    }
    this.#news.clear();
    // Where the store is away, each instance counts by itself, and all is said again later.
    if (counts.length > 0) this.#channel.tellHeld(counts, false).catch(() => {});
    if (this.#told.size > 0) this.#repeatLater();
  }

  #repeatLater(): void {
    if (this.#repetition !== undefined || this.#isClosed) return;
    this.#repetition = this.#clock.setTimeout(() => {
      this.#repetition = undefined;
      const counts = [...this.#told].map(([name, { told }]): [string, number] => [name, told]);
      this.#channel.tellHeld(counts, true).catch(() => {});
      if (counts.length > 0) this.#repeatLater();
    }, REPEATED_EVERY);
  }

  #hear(news: LimitNews): void {
    if (news.what !== 'held') return;
    const { by, counts, isAll } = news;
    const before = isAll ? undefined : this.#others.get(by)?.counts;
    const known = before ?? new Map<string, number>();
    for (const [name, count] of counts) {
      if (count > 0) known.set(name, count);
      else known.delete(name);
    }
    const goodUntil = this.#clock.monotonic() + GOOD_FOR;
    if (known.size > 0) this.#others.set(by, { counts: known, goodUntil });
    else this.#others.delete(by);
  }
}

/** How many the others are told of. */
const wholeParts = ({ count, part }: Own) => Math.floor(count / part) * part;
