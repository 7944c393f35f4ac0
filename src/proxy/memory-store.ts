import { type Clock, systemClock } from '../api/clock.js';
import type { Store } from './store.js';

interface Entry {
  readonly value: string;
  readonly expires: number;
}

/** How often what has expired is looked for, in milliseconds. */
const SWEEP = 30_000;

/** A {@link Store} for one instance: nothing outlives the process. One timer, however many entries. */
export class MemoryStore implements Store {
  readonly isLasting = false;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #sets = new Map<string, Map<string, number>>();
  readonly #channels = new Map<string, Set<(message: string) => void>>();
  /** When the monotonic clock was at 0, in milliseconds since the epoch: the store's time never goes back. */
  readonly #zero: number;
  #timer: unknown;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#zero = clock.now() - clock.monotonic();
  }

  /** How many values it holds, expired ones that are not swept yet included. */
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
    const members = this.#sets.get(set);
    if (members) members.set(member, score);
    else this.#sets.set(set, new Map([[member, score]]));
  }

  async removeFromSet(set: string, member: string): Promise<void> {
    const members = this.#sets.get(set);
    members?.delete(member);
    if (members?.size === 0) this.#sets.delete(set);
  }

  async scoreInSet(set: string, member: string): Promise<number | undefined> {
    return this.#sets.get(set)?.get(member);
  }

  async membersOfSet(set: string): Promise<string[]> {
    const members = [...(this.#sets.get(set) ?? [])];
    return members.sort(byScore).map(([member]) => member);
  }

  async sizeOfSet(set: string): Promise<number> {
    return this.#sets.get(set)?.size ?? 0;
  }

  async takeFromSet(set: string, highest: number, limit: number): Promise<string[]> {
    const due = [...(this.#sets.get(set) ?? [])].filter(([, score]) => score <= highest);
    const taken = due
      .sort(byScore)
      .slice(0, limit)
      .map(([member]) => member);
    for (const member of taken) void this.removeFromSet(set, member);
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

  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      const now = this.#clock.monotonic();
      for (const [key, { expires }] of this.#entries) {
        if (expires <= now) this.#entries.delete(key);
      }
      if (this.#entries.size > 0) this.#sweepLater();
    }, SWEEP);
  }
}

const byScore = ([a, x]: [string, number], [b, y]: [string, number]) => x - y || (a < b ? -1 : 1);
