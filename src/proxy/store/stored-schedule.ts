import type { Clock } from '../../common/clock.js';
import type { Store } from './store.js';
import type { StoreStep } from './store-step.js';

/** How long what is claimed is due to nobody else, in milliseconds: far longer than it takes to do it. */
export const CLAIMED = 60_000;
/** How far the store's clock may be off before it counts as set, as a part of the schedule's longest delay. */
const TOLERANCE = 1 / 8;

/** A member that was due, and is this caller's to see to for a while. */
export interface Claim {
  readonly member: string;
  /** When it is due again, on the store's clock. Once the member was put in anew, the claim is void. */
  readonly until: number;
}

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
   * Claims what is due. Each member is given to one caller only. It stays in the set, and where the caller does not
   * settle it, because its process has died for instance, another one gets it after {@link CLAIMED}.
   *
   * @returns the claims, and whether they may be due too early, because the store's clock was set forward.
   */
  async claim(limit: number): Promise<{ claims: Claim[]; isEarly: boolean }> {
    const before = this.#clock.monotonic();
    const [now = 0, due = []] = await this.#store.batch([
      ['now'],
      ['claimDue', this.#name, limit, CLAIMED],
    ]);
    const reading = { now, before, after: this.#clock.monotonic() };
    const last = this.#last;
    // Also the first time, for the clock may have been set back while no instance ran.
    if (!last || this.#wasSetBack(last, reading)) await this.#hasten(now);
    this.#last = reading;
    const isEarly = last !== undefined && this.#wasSetForward(last, reading);
    return { claims: due.map(([member, until]) => ({ member, until })), isEarly };
  }

  /** Takes out what was claimed and is done, unless it was put in anew meanwhile. */
  async settle(claim: Claim): Promise<void> {
    const { member } = claim;
    await this.#store.batch([this.#holds(claim), ['removeFromSet', this.#name, member]]);
  }

  /** Makes what was claimed due again at once, unless it was put in anew meanwhile. */
  async release(claim: Claim): Promise<void> {
    await this.#store.batch([this.#holds(claim), this.putting(claim.member, 0)]);
  }

  #holds({ member, until }: Claim): StoreStep {
    return ['ifScore', this.#name, member, until];
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
