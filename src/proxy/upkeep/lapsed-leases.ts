import type { Metrics, Note } from '../reports/index.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { choreOf } from './chore.js';
import type { Chores } from './chores.js';
import { inBackground } from './in-background.js';
import type { LapsedLease, Lease, Leases } from './leases.js';
import { tokenOfStranger } from './users-without-seat.js';

/** What {@link LapsedLeases} work with. */
export interface LapsedLeasesTools {
  readonly chores: Chores;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly metrics: Metrics | undefined;
  readonly note: Note;
  /** Told what went wrong, in words without secrets. */
  readonly onFailure: (message: string) => void;
}

/**
 * What happens where a lease runs out: a host's session ends, a joiner's seat is given up and its token revoked, and so
 * is the token of a session user without a seat.
 */
export class LapsedLeases {
  readonly #tools: LapsedLeasesTools;

  constructor(tools: LapsedLeasesTools) {
    this.#tools = tools;
  }

  /** Sees to the leases that have run out, `limit` of them at most. Does not wait for the relay service. */
  async seeTo(limit: number): Promise<void> {
    const { leases, onFailure } = this.#tools;
    for (const lease of await leases.claimLapsed(limit)) {
      inBackground(this.#endOrGiveBack(lease), onFailure);
    }
  }

  /** Does what a lease that ran out calls for. If that fails, the lease is given back for the next round. */
  async #endOrGiveBack(lease: LapsedLease): Promise<void> {
    const { leases } = this.#tools;
    try {
      await this.#end(lease);
      await leases.settle(lease);
    } catch (error) {
      await leases.giveBack(lease);
      throw error;
    }
  }

  async #end({ sessionId, holder }: Lease): Promise<void> {
    const { leases, records } = this.#tools;
    if (await records.hasEnded(sessionId)) {
      // Whoever ended it may have got no further.
      await records.end(sessionId, [], (players) => leases.endingOf(sessionId, players));
      return;
    }
    const token = tokenOfStranger(holder);
    if (token !== undefined) {
      await this.#revokeStranger(sessionId, token);
      return;
    }
    const seat = await records.seat(sessionId, holder);
    if (seat) await this.#giveUp(seat);
    // Somebody may have taken the seat away and got no further.
    else await records.forgetSeat(sessionId, holder);
  }

  async #revokeStranger(sessionId: string, token: number): Promise<void> {
    const { chores, metrics, note, onFailure, records } = this.#tools;
    const isSeated = async () => {
      const seats = await records.seats(sessionId);
      return seats.some((seat) => seat.authorizationToken === token);
    };
    if (await isSeated()) return;
    metrics?.onReaped('user');
    note({ event: 'reaped', what: 'user', session: sessionId });
    // A player who comes for the token at this very moment takes the seat first, and then looks for what is planned.
    const chore = { what: 'revoke', sessionId, token } as const;
    await chores.note(chore);
    inBackground(chores.doUnless(chore, isSeated), onFailure);
  }

  async #giveUp(seat: Seat): Promise<void> {
    const { chores, leases, metrics, note, onFailure, records } = this.#tools;
    const { sessionId } = seat;
    const what = seat.role === 'server' ? 'session' : 'user';
    metrics?.onReaped(what);
    note({ event: 'reaped', what, session: sessionId, player: seat.playerId });
    const chore = choreOf(seat);
    const plan = chore ? [chores.noting(chore)] : [];
    try {
      if (seat.role === 'server') {
        await records.end(sessionId, plan, (players) => leases.endingOf(sessionId, players));
      } else await records.giveUpSeat(seat, 'lapsed', plan);
    } catch (error) {
      // If nothing was given up yet, a player who comes back before the next round must find everything as it was.
      if (chore && !(await records.isGivenUp(seat))) await chores.takeBack(chore);
      throw error;
    }
    if (chore) inBackground(chores.do(chore), onFailure);
  }
}
