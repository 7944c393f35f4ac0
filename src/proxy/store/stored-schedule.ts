import type { Clock } from '../../common/clock.js';
import type { Store } from './store.js';

/** By how much of its longest delay a set's clock may be off before it counts as set forward or back. */
const TOLERANCE = 1 / 8;

/** When the store's clock was read, and what it said. */
interface Reading {
  readonly now: number;
  /** On the monotonic clock, just before it was read and just after. */
  readonly before: number;
  readonly after: number;
}

/**
 * Members that are due after a while. All instances measure it on the store's clock, so that it makes no difference how
 * far theirs are apart. That one may be set as well: against this process's monotonic clock, it shows.
 */
export class StoredSchedule {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #longest: number;
  #last: Reading | undefined;

  /** @param longest - the longest delay that a member can have, in milliseconds. */
  constructor(store: Store, clock: Clock, name: string, longest: number) {
    this.#store = store;
    this.#clock = clock;
    this.#name = name;
    this.#longest = longest;
  }

  /** Puts a member in, or moves it: it is due in `delay` milliseconds. */
  async put(member: string, delay: number): Promise<void> {
    await this.#store.addToSet(this.#name, member, (await this.#store.now()) + delay);
  }

  /** In how many milliseconds a member is due, 0 or less where it is; `undefined` where it is not in the set. */
  async dueIn(member: string): Promise<number | undefined> {
    const score = await this.#store.scoreInSet(this.#name, member);
    return score === undefined ? undefined : score - (await this.#store.now());
  }

  remove(member: string): Promise<void> {
    return this.#store.removeFromSet(this.#name, member);
  }

  /**
   * Takes out what is due, each member once.
   *
   * @returns also whether the store's clock was set forward since the last time: then it is due before its time.
   */
  async take(limit: number): Promise<{ members: string[]; isEarly: boolean }> {
    const before = this.#clock.monotonic();
    const now = await this.#store.now();
    const reading = { now, before, after: this.#clock.monotonic() };
    // Also the first time: it may have been set back while nobody looked.
    if (!this.#last || this.#wasSet(reading, -1)) await this.#hasten(now);
    const isEarly = this.#wasSet(reading, 1);
    const members = await this.#store.takeFromSet(this.#name, now, limit);
    this.#last = reading;
    return { members, isEarly };
  }

  /** Whether the store's clock was set forward (1) or back (-1) since the last reading, however long either took. */
  #wasSet({ now, before, after }: Reading, direction: 1 | -1): boolean {
    const last = this.#last;
    if (!last) return false;
    const passed = direction === 1 ? after - last.before : before - last.after;
    return (now - last.now - passed) * direction > this.#longest * TOLERANCE;
  }

  /** What is further ahead than anything can be was put in before the clock was set back. */
  async #hasten(now: number): Promise<void> {
    const latest = now + this.#longest;
    const members = await this.#store.membersOfSet(this.#name);
    for (const member of members.reverse()) {
      const score = await this.#store.scoreInSet(this.#name, member);
      if (score !== undefined && score <= latest) break;
      if (score !== undefined) await this.#store.addToSet(this.#name, member, latest);
    }
  }
}
