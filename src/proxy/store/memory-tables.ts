import type { Clock } from '../../common/clock.js';
import { SortedSet } from './sorted-set.js';
import type { StoreStep } from './store-step.js';

interface Entry {
  readonly value: string;
  /** On the monotonic clock. */
  readonly expires: number;
}

/** What is kept under a name, with the map that it is in. */
export type Kept = [map: Map<string, unknown>, name: string, what: { readonly expires: number }];

/** A condition that does not hold. */
export const STOP = Symbol('stop');

const NEVER = Number.POSITIVE_INFINITY;

/** The values and the sets of a store in memory. Whatever is done to them is done at once. */
export class MemoryTables {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #sets = new Map<string, SortedSet>();
  /** When the monotonic clock stood at 0, in milliseconds since the epoch. Counted from there, time never goes back. */
  readonly #zero: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#zero = clock.now() - clock.monotonic();
  }

  /** How many values there are, with those that have expired and were not taken out yet. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether there is nothing at all, and so nothing that will expire. */
  get isEmpty(): boolean {
    return this.#entries.size === 0 && this.#sets.size === 0;
  }

  /** Everything that there is. */
  *all(): Generator<Kept> {
    for (const [key, entry] of this.#entries) yield [this.#entries, key, entry];
    for (const [name, set] of this.#sets) yield [this.#sets, name, set];
  }

  clear(): void {
    this.#entries.clear();
    this.#sets.clear();
  }

  /**
   * Does one step, but for messages.
   *
   * @returns what it comes to, or {@link STOP}.
   */
  do(step: StoreStep): unknown {
    switch (step[0]) {
      case 'get':
        return this.#get(step[1]);
      case 'set':
        return this.#put(step[1], step[2], step[3]);
      case 'setIfAbsent':
        if (this.#get(step[1]) !== undefined) return false;
        this.#put(step[1], step[2], step[3]);
        return true;
      case 'delete':
        return void this.#entries.delete(step[1]);
      case 'increment':
        return this.#count(step[1], 1, step[2]);
      case 'decrement':
        return Number(this.#get(step[1]) ?? 0) > 0 ? this.#count(step[1], -1, 0) : undefined;
      case 'now':
        return this.#now();
      case 'ifAbsent':
        return this.#get(step[1]) === undefined || STOP;
      case 'ifPresent':
        return this.#get(step[1]) !== undefined || STOP;
      case 'ifBelow':
        return Number(this.#get(step[1]) ?? 0) < step[2] || STOP;
      case 'ifClaimed':
        if (this.#get(step[1]) === undefined) this.#put(step[1], step[2], step[3]);
        return this.#get(step[1]) === step[2] || STOP;
      default:
        return this.#doToSet(step);
    }
  }

  #doToSet(step: StoreStep): unknown {
    switch (step[0]) {
      case 'addToSet':
        return this.#add(step[1], step[2], step[3], step[4]);
      case 'addIfAbsent':
        return this.#add(step[1], step[2], this.#set(step[1])?.score(step[2]) ?? step[3], step[4]);
      case 'schedule':
        return this.#add(step[1], step[2], this.#now() + step[3], step[4]);
      case 'scheduleIfAbsent': {
        const score = this.#set(step[1])?.score(step[2]) ?? this.#now() + step[3];
        return this.#add(step[1], step[2], score, step[4]);
      }
      case 'removeFromSet':
        return this.#change(step[1], (set) => set.delete(step[2]));
      case 'scoreInSet':
        return this.#set(step[1])?.score(step[2]);
      case 'membersOfSet':
        return this.#set(step[1])?.members ?? [];
      case 'valuesOfSet':
        return this.#values(step[1], step[2]);
      case 'sizeOfSet':
        return this.#set(step[1])?.size ?? 0;
      case 'dropDue':
        return void this.#change(step[1], (set) => set.take(this.#now(), set.size));
      case 'claimDue':
        return this.#claim(step[1], step[2], step[3]);
      case 'ifScore':
        return this.#set(step[1])?.score(step[2]) === step[3] || STOP;
      case 'ifRoom': {
        const set = this.#set(step[1]);
        const taken = (set?.size ?? 0) + (this.#set(step[2])?.size ?? 0);
        return set?.score(step[4]) !== undefined || taken < step[3] || STOP;
      }
      default:
        throw new Error(`There is no step "${step[0]}".`);
    }
  }

  #now(): number {
    return this.#zero + this.#clock.monotonic();
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expires > this.#clock.monotonic() ? entry : undefined;
  }

  #get(key: string): string | undefined {
    return this.#entry(key)?.value;
  }

  #put(key: string, value: string, lifetime: number): void {
    this.#entries.set(key, { value, expires: this.#clock.monotonic() + lifetime });
  }

  /** @param lifetime - of a counter that is not there yet. */
  #count(key: string, by: number, lifetime: number): number {
    const entry = this.#entry(key);
    const count = Number(entry?.value ?? 0) + by;
    const expires = entry?.expires ?? this.#clock.monotonic() + lifetime;
    this.#entries.set(key, { value: String(count), expires });
    return count;
  }

  #set(name: string): SortedSet | undefined {
    const set = this.#sets.get(name);
    return set && set.expires > this.#clock.monotonic() ? set : undefined;
  }

  #add(name: string, member: string, score: number, lifetime?: number): void {
    const set = this.#set(name) ?? new SortedSet(NEVER);
    set.add(member, score);
    if (lifetime !== undefined) set.expires = this.#clock.monotonic() + lifetime;
    this.#sets.set(name, set);
  }

  /** Takes something out of a set. One that is empty then is no more. */
  #change<Result>(name: string, take: (set: SortedSet) => Result): Result | undefined {
    const set = this.#set(name);
    const result = set && take(set);
    if (set?.size === 0) this.#sets.delete(name);
    return result;
  }

  #claim(name: string, limit: number, claim: number): [member: string, score: number][] {
    const set = this.#set(name);
    const until = this.#now() + claim;
    const due = set?.take(this.#now(), limit) ?? [];
    for (const member of due) set?.add(member, until);
    return due.map((member) => [member, until]);
  }

  #values(name: string, prefix: string): [member: string, value: string][] {
    const members = this.#set(name)?.members ?? [];
    return members.flatMap((member) => {
      const value = this.#get(prefix + member);
      return value === undefined ? [] : [[member, value]];
    });
  }
}
