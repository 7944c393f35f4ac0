import type { Clock } from '../../common/clock.js';
import { type Store, StoredSchedule } from '../store/index.js';

/** A lease: of a player, or of a session user whom nobody has come for yet. */
export interface Lease {
  readonly sessionId: string;
  /** A player's id, or `~` and a session user's authorization token. */
  readonly holder: string;
}

const LEASES = 'leases';

/** Who is still there. Every call of a player renews theirs; when it runs out, the seat is taken away. */
export class Leases {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #due: StoredSchedule;
  /** In milliseconds. */
  readonly duration: number;
  /** When those that ran out were last looked for, on the monotonic clock. */
  #looked: number | undefined;
  #isCatchingUp = false;
  /** What counts anew, until the store has taken it: it may be away again at once. */
  readonly #anew = new Set<Lease>();

  /** @param longest - the longest lease that anybody may get, in milliseconds. */
  constructor(store: Store, clock: Clock, duration: number, longest = duration) {
    this.#store = store;
    this.#clock = clock;
    this.#due = new StoredSchedule(store, clock, LEASES, longest);
    this.duration = duration;
  }

  renew(lease: Lease, duration = this.duration): Promise<void> {
    return this.#due.put(member(lease), duration);
  }

  /** Gives a lease to whoever has none; at the start also to those whose ran out while nobody was there. */
  async grant(lease: Lease, isStart: boolean): Promise<void> {
    const left = await this.#due.dueIn(member(lease));
    if (left === undefined || (isStart && left <= 0)) await this.renew(lease);
  }

  /** When a lease runs out, in milliseconds since the epoch; `undefined` for who has none. */
  expiry(lease: Lease): Promise<number | undefined> {
    return this.#store.scoreInSet(LEASES, member(lease));
  }

  end(lease: Lease): Promise<void> {
    return this.#due.remove(member(lease));
  }

  /** At the start: what ran out while nobody was there counts anew. */
  countAnew(): void {
    this.#isCatchingUp = true;
  }

  /**
   * The leases that ran out. Each is handed out once, so that one instance sees to it. While the store cannot be
   * reached nobody can renew, whoever is there: after half a lease of that, what ran out counts anew. So it does where
   * the store's clock was set forward.
   */
  async takeLapsed(limit: number): Promise<Lease[]> {
    const now = this.#clock.monotonic();
    await this.#renewAnew();
    if (now - (this.#looked ?? now) > this.duration / 2) this.#isCatchingUp = true;
    const { members, isEarly } = await this.#due.take(limit);
    if (isEarly) this.#isCatchingUp = true;
    this.#looked = now;
    const lapsed = members.map(leaseOf);
    if (!this.#isCatchingUp) return lapsed;
    this.#isCatchingUp = lapsed.length === limit;
    for (const lease of lapsed) this.#anew.add(lease);
    await this.#renewAnew();
    return [];
  }

  async #renewAnew(): Promise<void> {
    for (const lease of this.#anew) {
      await this.renew(lease);
      this.#anew.delete(lease);
    }
  }

  /** Has a lease that ran out handed out again, unless it was renewed meanwhile; later, where the store does not take it. */
  async giveBack(lease: Lease): Promise<void> {
    try {
      if ((await this.#due.dueIn(member(lease))) === undefined) await this.renew(lease, 0);
    } catch (error) {
      this.#anew.add(lease);
      throw error;
    }
  }

  /** The sessions in which somebody has a lease, whose first runs out soonest first. */
  async sessionIds(): Promise<Set<string>> {
    const members = await this.#store.membersOfSet(LEASES);
    return new Set(members.map((text) => leaseOf(text).sessionId));
  }

  count(): Promise<number> {
    return this.#store.sizeOfSet(LEASES);
  }
}

const member = ({ sessionId, holder }: Lease) => `${encodeURIComponent(sessionId)} ${holder}`;

function leaseOf(member: string): Lease {
  const [sessionId = '', holder = ''] = member.split(' ');
  return { sessionId: decodeURIComponent(sessionId), holder };
}
