import { type Clock, systemClock } from '../../common/clock.js';
import { type Kept, MemoryTables, STOP } from './memory-tables.js';
import type { Store } from './store.js';
import type { BatchResults, StoreStep } from './store-step.js';

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
  readonly #tables: MemoryTables;
  readonly #channels = new Map<string, Set<(message: string) => void>>();
  #timer: unknown;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#tables = new MemoryTables(clock);
  }

  /**
   * How many values the store holds, with those that have expired and are not swept away yet.
   *
   * @example console.log(new MemoryStore().size); // 0
   */
  get size(): number {
    return this.#tables.size;
  }

  async batch<const Steps extends readonly StoreStep[]>(
    steps: Steps,
  ): Promise<BatchResults<Steps>> {
    const results: unknown[] = [];
    for (const step of steps) {
      const result = this.#do(step);
      if (result === STOP) break;
      results.push(result);
    }
    return results as BatchResults<Steps>;
  }

  async now(): Promise<number> {
    return this.#do(['now']) as number;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#do(['get', key]) as string | undefined;
  }

  async set(key: string, value: string, lifetime: number): Promise<void> {
    this.#do(['set', key, value, lifetime]);
  }

  async setIfAbsent(key: string, value: string, lifetime: number): Promise<boolean> {
    return this.#do(['setIfAbsent', key, value, lifetime]) as boolean;
  }

  async delete(key: string): Promise<void> {
    this.#do(['delete', key]);
  }

  async increment(key: string, lifetime: number): Promise<number> {
    return this.#do(['increment', key, lifetime]) as number;
  }

  async addToSet(set: string, member: string, score: number, lifetime?: number): Promise<void> {
    this.#do(['addToSet', set, member, score, lifetime]);
  }

  async removeFromSet(set: string, member: string): Promise<void> {
    this.#do(['removeFromSet', set, member]);
  }

  async scoreInSet(set: string, member: string): Promise<number | undefined> {
    return this.#do(['scoreInSet', set, member]) as number | undefined;
  }

  async membersOfSet(set: string): Promise<string[]> {
    return this.#do(['membersOfSet', set]) as string[];
  }

  async sizeOfSet(set: string): Promise<number> {
    return this.#do(['sizeOfSet', set]) as number;
  }

  async publish(channel: string, message: string): Promise<void> {
    this.#do(['publish', channel, message]);
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
    this.#tables.clear();
    this.#channels.clear();
  }

  #do(step: StoreStep): unknown {
    if (step[0] === 'publish') return this.#publish(step[1], step[2]);
    const result = this.#tables.do(step);
    this.#sweepLater();
    return result;
  }

  #publish(channel: string, message: string): void {
    for (const listener of [...(this.#channels.get(channel) ?? [])]) listener(message);
  }

  /** Looks later for what has expired, if there is anything. */
  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed || this.#tables.isEmpty) return;
    this.#timer = this.#clock.setTimeout(() => this.#sweep(this.#tables.all()), SWEEP);
  }

  /**
   * Forgets what has expired, a slice at a time: a million entries at once would stop everything else.
   *
   * @param rest - what was not looked at yet.
   */
  #sweep(rest: Iterator<Kept>): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (let count = 0; count < SLICE; count += 1) {
      const { done, value } = rest.next();
      if (done) {
        this.#sweepLater();
        return;
      }
      const [map, name, { expires }] = value;
      if (expires <= now) map.delete(name);
    }
    this.#timer = this.#clock.setTimeout(() => this.#sweep(rest), 0);
  }
}
