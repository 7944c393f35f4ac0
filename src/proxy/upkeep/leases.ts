import type { Clock } from '../../common/clock.js';
import { type Claim, type Store, StoredSchedule, type StoreStep } from '../store/index.js';

/** Names a lease: of a player, or of a session user who has no seat. */
export interface Lease {
  readonly sessionId: string;
  /** The player's id, or `~` and the session user's authorization token. */
  readonly holder: string;
}

/** A lease that ran out, and that this instance is to see to. */
export interface LapsedLease extends Lease {
  readonly claim: Claim;
}

/** The store's set of all leases. */
const LEASES = 'leases';

/**
 * The leases of all players who are there. Every call of a player renews their lease; when it runs out, their seat is
 * taken away.
 */
export class Leases {
  /** How long a lease lasts, in milliseconds. */
  readonly duration: number;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #schedule: StoredSchedule;
  /** When the leases that ran out were last looked for, on the monotonic clock. */
  #lookedAt: number | undefined;
  /** Whether the leases that run out now are begun anew, because their holders may have had no chance to renew them. */
  #isCatchingUp = false;
  /** Leases that must be renewed here as soon as the store takes it. */
  readonly #toRenew = new Set<Lease>();

  /** @param longest - the longest lease that anybody may get, in milliseconds. */
  constructor(store: Store, clock: Clock, duration: number, longest = duration) {
    this.#store = store;
    this.#clock = clock;
    this.#schedule = new StoredSchedule(store, clock, LEASES, longest);
    this.duration = duration;
  }

  renew(lease: Lease, duration = this.duration): Promise<void> {
    return this.#schedule.put(member(lease), duration);
  }

  /**
   * Gives a lease to a holder who has none; at the start also to one whose lease ran out while no instance was there.
   */
  async grant(lease: Lease, isStart: boolean): Promise<void> {
    const left = await this.#schedule.dueIn(member(lease));
    if (left === undefined || (isStart && left <= 0)) await this.renew(lease);
  }

  /** When a lease runs out, in milliseconds since the epoch; `undefined` where there is none. */
  expiry(lease: Lease): Promise<number | undefined> {
    return this.#store.scoreInSet(LEASES, member(lease));
  }

  /** The step that renews a lease, for a batch. */
  renewal(lease: Lease): StoreStep {
    return this.#schedule.putting(member(lease), this.duration);
  }

  /** The step that ends a lease, for a batch. */
  ending(lease: Lease): StoreStep {
    return ['removeFromSet', LEASES, member(lease)];
  }

  /** The steps that end the leases of these players, for a batch. */
  endingOf(sessionId: string, players: readonly string[]): StoreStep[] {
    return players.map((holder) => this.ending({ sessionId, holder }));
  }

  end(lease: Lease): Promise<void> {
    return this.#schedule.remove(member(lease));
  }

  /** Begins the leases anew that ran out while no instance was there. Called at the start. */
  countAnew(): void {
    this.#isCatchingUp = true;
  }

  /**
   * Claims the leases that ran out. Each is given to one instance only, which sees to it and then settles it. Where it
   * does not come to that, another instance gets the lease a minute later.
   *
   * Players cannot renew their leases while the store is out of reach. So if that has lasted half a lease, leases that
   * ran out are begun anew and not returned. The same holds if the store's clock was set forward.
   */
  async claimLapsed(limit: number): Promise<LapsedLease[]> {
    const now = this.#clock.monotonic();
    await this.#renewAll();
    const sinceLastLook = now - (this.#lookedAt ?? now);
    if (sinceLastLook > this.duration / 2) this.#isCatchingUp = true;
    const { claims, isEarly } = await this.#schedule.claim(limit);
    if (isEarly) this.#isCatchingUp = true;
    this.#lookedAt = now;
    const lapsed = claims.map((claim) => ({ ...leaseOf(claim.member), claim }));
    if (!this.#isCatchingUp) return lapsed;
    // A full batch means that there may be more.
    this.#isCatchingUp = lapsed.length === limit;
    for (const lease of lapsed) this.#toRenew.add(lease);
    await this.#renewAll();
    return [];
  }

  /** Notes that another instance looks for leases that ran out, and that the store is there. */
  standBy(): void {
    this.#lookedAt = this.#clock.monotonic();
  }

  /** Ends a lease that was seen to, unless it was renewed meanwhile. */
  settle({ claim }: LapsedLease): Promise<void> {
    return this.#schedule.settle(claim);
  }

  /**
   * Gives back a lease that ran out and could not be seen to, unless it was renewed meanwhile: it is claimed again at
   * the next look.
   */
  giveBack({ claim }: LapsedLease): Promise<void> {
    return this.#schedule.release(claim);
  }

  /** The sessions in which anybody has a lease. The one in which a lease runs out first comes first. */
  async sessionIds(): Promise<Set<string>> {
    const members = await this.#store.membersOfSet(LEASES);
    return new Set(members.map((text) => leaseOf(text).sessionId));
  }

  count(): Promise<number> {
    return this.#store.sizeOfSet(LEASES);
  }

  async #renewAll(): Promise<void> {
    for (const lease of this.#toRenew) {
      await this.renew(lease);
      this.#toRenew.delete(lease);
    }
  }
}

/** A lease as a member of the store's set. The id comes from the service: no space in it may end it. */
const member = ({ sessionId, holder }: Lease) => `${encodeURIComponent(sessionId)} ${holder}`;

function leaseOf(member: string): Lease {
  const [sessionId = '', holder = ''] = member.split(' ');
  return { sessionId: decodeURIComponent(sessionId), holder };
}
