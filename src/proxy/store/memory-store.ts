import { type Clock, systemClock } from '../../common/clock.js';
import { SortedSet } from './sorted-set.js';
import type { Store } from './store.js';

interface Entry {
  readonly value: string;
  /** On the monotonic clock. */
  readonly expires: number;
}

/** What is kept under a name, with the map that it is in. */
type Kept = [map: Map<string, unknown>, name: string, what: { readonly expires: number }];

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

  async addToSet(name: string, member: string, score: number, lifetime?: number): Promise<void> {
    const set = this.#set(name) ?? new SortedSet();
    set.add(member, score);
    this.#sets.set(name, set);
    if (lifetime === undefined) return;
    set.expires = this.#clock.monotonic() + lifetime;
    this.#sweepLater();
  }

  async removeFromSet(name: string, member: string): Promise<void> {
    const set = this.#set(name);
    set?.delete(member);
    if (set?.size === 0) this.#sets.delete(name);
  }

  async scoreInSet(name: string, member: string): Promise<number | undefined> {
    return this.#set(name)?.score(member);
  }

  async membersOfSet(name: string): Promise<string[]> {
    return this.#set(name)?.members ?? [];
  }

  async sizeOfSet(name: string): Promise<number> {
    return this.#set(name)?.size ?? 0;
  }

  async takeFromSet(name: string, highest: number, limit: number): Promise<string[]> {
    const set = this.#set(name);
    const taken = set?.take(highest, limit) ?? [];
    if (set?.size === 0) this.#sets.delete(name);
    return taken;
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

  #set(name: string): SortedSet | undefined {
    const set = this.#sets.get(name);
    return set && set.expires > this.#clock.monotonic() ? set : undefined;
  }

  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.setTimeout(() => this.#sweep(this.#all()), SWEEP);
  }

  /** Everything that the store holds, with the map that it is in. */
  *#all(): Generator<Kept> {
    for (const [key, entry] of this.#entries) yield [this.#entries, key, entry];
    for (const [name, set] of this.#sets) yield [this.#sets, name, set];
  }

  /**
   * Forgets what has expired, a slice at a time: a million entries at once would stop everything else.
   *
   * @param rest - what was not looked at yet.
   * @param isMore - whether something was found that will expire later.
   */
  #sweep(rest: Iterator<Kept>, isMore = false): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    let willExpire = isMore;
    for (let count = 0; count < SLICE; count += 1) {
      const { done, value } = rest.next();
      if (done) {
        if (willExpire || this.#entries.size > 0) this.#sweepLater();
        return;
      }
      const [map, name, { expires }] = value;
      if (expires <= now) map.delete(name);
      else willExpire ||= expires < Number.POSITIVE_INFINITY;
    }
    this.#timer = this.#clock.setTimeout(() => this.#sweep(rest, willExpire), 0);
  }
}
