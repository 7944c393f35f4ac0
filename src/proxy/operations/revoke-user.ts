import { ProxyError } from '../proxy-error.js';
import type { Departure, Seat, SessionRecords, Store } from '../store/index.js';
import { type Chores, choreOf, type Leases } from '../upkeep/index.js';
import type { ChoreFinisher } from './chore-finisher.js';
import type { DeleteSession } from './delete.js';
import type { Leaving } from './leaving.js';
import type { OwnSession } from './own-sessions.js';
import type { PlayerLeases } from './player-leases.js';
import type { PlayerRequest } from './player-request.js';
import { checkIsHost } from './rights.js';

/** The body of a *revoke-user*. */
export interface RevokeOrder {
  readonly session_id: string;
  /** Whose seat. Default: the caller's. */
  readonly player_id?: string | undefined;
  /** When the seat may go at the earliest, in seconds, unless the player calls again. Default: at once. */
  readonly after?: number | undefined;
}

/** What {@link RevokeUser} works with. */
export interface RevokeUserTools {
  readonly chores: Chores;
  readonly deletion: DeleteSession;
  readonly finisher: ChoreFinisher;
  readonly leases: Leases;
  readonly leaving: Leaving;
  readonly records: SessionRecords;
  readonly playerLeases: PlayerLeases;
  readonly store: Pick<Store, 'isLasting'>;
}

/**
 * The operation *revoke-user*: a player leaves, at once or when their lease runs out, or the host kicks another. Where
 * the host leaves, the session ends.
 */
export class RevokeUser {
  readonly #tools: RevokeUserTools;

  constructor(tools: RevokeUserTools) {
    this.#tools = tools;
  }

  /**
   * @throws {ProxyError} 403 for who kicks and is not the host, 404 where the player has no seat, 503 where the relay
   *   service has not done it yet.
   */
  async revoke(request: PlayerRequest, order: RevokeOrder): Promise<void> {
    const own = await this.#tools.leaving.findOrFinish(request, order.session_id);
    if (!own) return;
    const { after, player_id: playerId = request.playerId } = order;
    if (playerId !== request.playerId) {
      checkIsHost(own.seat);
      if (after !== undefined) throw afterIsForOneself();
      await this.#kick(request, own, playerId);
    } else if (after !== undefined && after > 0) {
      await this.#leaveLater(own, after);
    } else if (own.seat.role === 'server') {
      await this.#tools.deletion.end(request, own);
    } else {
      await this.#takeAway(request, own.seat, 'left');
    }
  }

  async #kick(request: PlayerRequest, { watcher }: OwnSession, playerId: string): Promise<void> {
    const { sessionId } = watcher;
    const other = await this.#tools.records.seat(sessionId, playerId);
    if (other) await this.#takeAway(request, other, 'kicked');
    else await this.#kickAgain(request, sessionId, playerId);
  }

  /** Shortens the player's lease. Their next call, if there is one, gives it its full length again. */
  async #leaveLater({ seat, watcher }: OwnSession, after: number): Promise<void> {
    const { records, playerLeases } = this.#tools;
    await playerLeases.shorten(watcher, seat.playerId, after * 1000);
    // At other instances, too, the next call must write the lease again. A held request of another tab is answered, so
    // that the tab makes such a call.
    await records.tell(watcher.sessionId, `lease ${seat.playerId}`);
  }

  async #takeAway({ asker }: PlayerRequest, seat: Seat, why: Departure): Promise<void> {
    const { chores, finisher, leases, records } = this.#tools;
    const { sessionId, playerId } = seat;
    const chore = choreOf(seat);
    await records.giveUpSeat(seat, why, [
      // At the same time: without the seat nobody could tell whose token to revoke.
      ...(chore ? [chores.noting(chore)] : []),
      leases.ending({ sessionId, holder: playerId }),
    ]);
    if (chore) await finisher.finish(chore, asker);
  }

  /**
   * A host who kicks somebody again, because the first answer was lost or a failure. That succeeds if the player was
   * kicked.
   */
  async #kickAgain({ asker }: PlayerRequest, sessionId: string, playerId: string): Promise<void> {
    const { chores, finisher, leases, records, store } = this.#tools;
    if (!(await records.wasKicked(sessionId, playerId))) throw noSuchPlayer();
    const lease = { sessionId, holder: playerId };
    await records.giveUpSeat({ sessionId, playerId }, 'kicked', [leases.ending(lease)]);
    if (store.isLasting) return;
    // It is forgotten by now whose token is whose, so everything that must still be revoked in this session is revoked.
    const planned = await chores.planned(sessionId);
    await Promise.all(planned.map((chore) => finisher.finish(chore, asker)));
  }
}

const afterIsForOneself = () =>
  new ProxyError(400, 'bad-request', '"after" is for oneself, not for another player.');

const noSuchPlayer = () =>
  new ProxyError(404, 'not-found', 'There is no such player in the session.');
