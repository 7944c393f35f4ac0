import type { Clock } from '../../common/clock.js';
import type { Store } from './store.js';
import type { StoreStep } from './store-step.js';

/** How far the store's clock may be off before it counts as set, as a part of the schedule's longest delay. */
const TOLERANCE = 1 / 8;

/** What the store's clock said, and when it was read. */
interface Reading {
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** Just before it was read, on the monotonic clock. */
  readonly before: number;
  /** Just after it was read, on the monotonic clock. */
  readonly after: number;
}

/**
 * A schedule of what is due later, kept in the store. All instances use the store's clock, so that theirs need not
 * agree. If somebody sets that clock, it no longer keeps step with this process's monotonic clock, and that shows.
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
    await this.#store.batch([this.putting(member, delay)]);
  }

  /** The step that does the same in a batch. */
  putting(member: string, delay: number): StoreStep {
    return ['schedule', this.#name, member, delay];
  }

  /** In how many milliseconds a member is due: 0 or less where it is due now, `undefined` where it is not there. */
  async dueIn(member: string): Promise<number | undefined> {
    const [score, now = 0] = await this.#store.batch([['scoreInSet', this.#name, member], ['now']]);
    return score === undefined ? undefined : score - now;
  }

  remove(member: string): Promise<void> {
    return this.#store.removeFromSet(this.#name, member);
  }

  /**
   * Takes out what is due. Each member is given to one caller only.
   *
   * @returns the members, and whether they may be due too early, because the store's clock was set forward.
   */
  async take(limit: number): Promise<{ members: string[]; isEarly: boolean }> {
    const before = this.#clock.monotonic();
    const now = await this.#store.now();
    const reading = { now, before, after: this.#clock.monotonic() };
    // Also the first time, for the clock may have been set back while no instance ran.
    if (!this.#last || this.#wasSetBack(this.#last, reading)) await this.#hasten(now);
    const isEarly = this.#last !== undefined && this.#wasSetForward(this.#last, reading);
    const members = await this.#store.takeFromSet(this.#name, now, limit);
    this.#last = reading;
    return { members, isEarly };
  }

  /** Whether the store's clock went further between the two readings than time can have gone. */
  #wasSetForward(last: Reading, next: Reading): boolean {
    const mostTime = next.after - last.before;
    return next.now - last.now - mostTime > this.#longest * TOLERANCE;
  }

  /** Whether the store's clock went less far between the two readings than time must have gone. */
  #wasSetBack(last: Reading, next: Reading): boolean {
    const leastTime = next.before - last.after;
    return leastTime - (next.now - last.now) > this.#longest * TOLERANCE;
  }

  /** Moves up what is due later than the longest delay allows. It was put in before the store's clock was set back. */
  async #hasten(now: number): Promise<void> {
    const latest = now + this.#longest;
    const members = await this.#store.membersOfSet(this.#name);
    for (const member of members.reverse()) {
      const score = await this.#store.scoreInSet(this.#name, member);
      // Somebody else took it out.
      if (score === undefined) continue;
      if (score <= latest) break;
      await this.#store.addToSet(this.#name, member, latest);
    }
  }
}
