import { type Clock, systemClock } from '../../common/clock.js';
import type { Store } from './store.js';

interface Entry {
  readonly value: string;
  /** On the monotonic clock. */
  readonly expires: number;
}

/** The members of a set with their scores. */
interface SortedSet {
  readonly scores: Map<string, number>;
  /** No score is lower than this. So one often knows, without a look at all members, that none is low enough. */
  least: number;
}

/** How often what has expired is swept away, in milliseconds. */
const SWEEP = 30_000;
/** How many entries are looked at in one go, before other work may go on. */
const SLICE = 1_000;

/**
 * A {@link Store} in the memory of one instance: what it keeps ends with the process. It has one timer at most.
 *
 * @example
 * ```ts
 * import { createRelayProxy, MemoryStore } from 'relais/proxy';
 *
 * const store = new MemoryStore();
 * const edgegap = { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' };
 * const proxy = createRelayProxy({ edgegap, guests: true, store });
 * ```
 */
export class MemoryStore implements Store {
  readonly isLasting = false;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #sets = new Map<string, SortedSet>();
  readonly #channels = new Map<string, Set<(message: string) => void>>();
  /** When the monotonic clock stood at 0, in milliseconds since the epoch. Counted from there, time never goes back. */
  readonly #zero: number;
  #timer: unknown;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#zero = clock.now() - clock.monotonic();
  }

  /**
   * How many values the store holds, with those that have expired and are not swept away yet.
   *
   * @example console.log(new MemoryStore().size); // 0
   */
  get size(): number {
    return this.#entries.size;
  }

  async now(): Promise<number> {
    return this.#zero + this.#clock.monotonic();
  }

  async get(key: string): Promise<string | undefined> {
    return this.#read(key)?.value;
  }

  async set(key: string, value: string, lifetime: number): Promise<void> {
    this.#entries.set(key, { value, expires: this.#clock.monotonic() + lifetime });
    this.#sweepLater();
  }

  async setIfAbsent(key: string, value: string, lifetime: number): Promise<boolean> {
    if (this.#read(key)) return false;
    await this.set(key, value, lifetime);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  async increment(key: string, lifetime: number): Promise<number> {
    const entry = this.#read(key);
    const count = Number(entry?.value ?? 0) + 1;
    const expires = entry?.expires ?? this.#clock.monotonic() + lifetime;
    this.#entries.set(key, { value: String(count), expires });
    this.#sweepLater();
    return count;
  }

  async addToSet(set: string, member: string, score: number): Promise<void> {
    const members = this.#sets.get(set) ?? { scores: new Map(), least: score };
    members.scores.set(member, score);
    members.least = Math.min(members.least, score);
    this.#sets.set(set, members);
  }

  async removeFromSet(set: string, member: string): Promise<void> {
    const members = this.#sets.get(set);
    members?.scores.delete(member);
    if (members?.scores.size === 0) this.#sets.delete(set);
  }

  async scoreInSet(set: string, member: string): Promise<number | undefined> {
    return this.#sets.get(set)?.scores.get(member);
  }

  async membersOfSet(set: string): Promise<string[]> {
    const members = [...(this.#sets.get(set)?.scores ?? [])];
    return members.sort(byScore).map(([member]) => member);
  }

  async sizeOfSet(set: string): Promise<number> {
    return this.#sets.get(set)?.scores.size ?? 0;
  }

  async takeFromSet(set: string, highest: number, limit: number): Promise<string[]> {
    const members = this.#sets.get(set);
    if (!members || members.least > highest) return [];
    const lowest = lowestOf(members.scores, limit + 1);
    const taken = lowest.slice(0, limit).filter(([, score]) => score <= highest);
    // The first that is not taken is the least of those that stay.
    members.least = lowest[taken.length]?.[1] ?? Number.POSITIVE_INFINITY;
    for (const [member] of taken) void this.removeFromSet(set, member);
    return taken.map(([member]) => member);
  }

  async publish(channel: string, message: string): Promise<void> {
    for (const listener of [...(this.#channels.get(channel) ?? [])]) listener(message);
  }

  subscribe(channel: string, listener: (message: string) => void): () => void {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#channels.get(channel) === listeners) {
        this.#channels.delete(channel);
      }
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.#closed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#entries.clear();
    this.#sets.clear();
    this.#channels.clear();
  }

  #read(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expires > this.#clock.monotonic() ? entry : undefined;
  }

  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.setTimeout(() => this.#sweep(this.#entries.entries()), SWEEP);
  }

  /** Forgets what has expired, a slice at a time: a million entries at once would stop everything else. */
  #sweep(rest: MapIterator<[string, Entry]>): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (let count = 0; count < SLICE; count += 1) {
      const { done, value } = rest.next();
      if (done) {
        if (this.#entries.size > 0) this.#sweepLater();
        return;
      }
      if (value[1].expires <= now) this.#entries.delete(value[0]);
    }
    this.#timer = this.#clock.setTimeout(() => this.#sweep(rest), 0);
  }
}

/**
 * The members with the lowest scores, lowest first.
 *
 * @param most - how many of them. It is few, so all others are looked at once instead of being sorted.
 */
function lowestOf(scores: ReadonlyMap<string, number>, most: number): [string, number][] {
  let lowest: [string, number][] = [];
  for (const entry of scores) {
    const last = lowest.at(-1);
    if (lowest.length === most && last && byScore(entry, last) > 0) continue;
    lowest = [...lowest, entry].sort(byScore).slice(0, most);
  }
  return lowest;
}

/** Lowest score first, equal scores by name. */
function byScore([oneName, one]: [string, number], [otherName, other]: [string, number]): number {
  if (one !== other) return one - other;
  return oneName < otherName ? -1 : 1;
}
