import type { Caller } from '../identity/index.js';
import type { Asker } from '../limits/index.js';
import { ProxyError } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { Departure, Seat } from '../store/index.js';
import { choreOf } from '../upkeep/index.js';
import { finishChore } from './chore-finisher.js';
import { checkIsHost, type OwnSession } from './own-sessions.js';

/** What a player asks of *revoke-user*. */
export interface RevokeRequest {
  readonly player_id?: string | undefined;
  /** In seconds. */
  readonly after?: number | undefined;
}

/**
 * Takes a seat away, the caller's own or, for the host, another's; or shortens the caller's lease.
 *
 * @throws {ProxyError} 403, 404 where the player has no seat, or 503 where upstream has not done it yet.
 */
export async function revokeSeat(
  services: Services,
  own: OwnSession,
  asker: Asker,
  { player_id: playerId = own.seat.playerId, after }: RevokeRequest,
): Promise<void> {
  const { leases, records } = services;
  const { seat, watcher } = own;
  const { sessionId } = watcher;
  if (playerId !== seat.playerId) {
    checkIsHost(own);
    if (after !== undefined) {
      throw new ProxyError(400, 'bad-request', '"after" is for oneself, not for another player.');
    }
    const other = await records.seat(sessionId, playerId);
    if (other) await takeAway(services, other, 'kicked', asker);
    else await finishKick(services, sessionId, playerId, asker);
  } else if (after !== undefined && after > 0) {
    await leases.renew({ sessionId, holder: playerId }, Math.min(after * 1000, leases.duration));
    // Any later call must write the lease anew, here even if nobody can be told; another tab's held request
    // makes way for one.
    watcher.renewals.delete(playerId);
    await records.tell(sessionId, `lease ${playerId}`);
  } else if (seat.role === 'server') {
    await endSession(services, own, asker);
  } else {
    await takeAway(services, seat, 'left', asker);
  }
}

/**
 * Ends the session for all.
 *
 * @throws {ProxyError} 403 for anyone but the host, 503 where upstream has not done it yet.
 */
export async function endSession(services: Services, own: OwnSession, asker: Asker): Promise<void> {
  const { chores, leases, records } = services;
  checkIsHost(own);
  const { sessionId } = own.watcher;
  const chore = { what: 'delete', sessionId } as const;
  await chores.note(chore);
  const players = await records.end(sessionId);
  for (const holder of players) await leases.end({ sessionId, holder });
  await finishChore(services, chore, asker);
}

async function takeAway(
  services: Services,
  seat: Seat,
  why: Departure,
  asker: Asker,
): Promise<void> {
  const { chores, leases, records } = services;
  const { sessionId, playerId } = seat;
  const chore = choreOf(seat);
  // While the seat is still there to be asked for again: without it nobody could tell whom to revoke.
  if (chore) await chores.note(chore);
  await records.giveUpSeat(seat, why);
  await leases.end({ sessionId, holder: playerId });
  if (chore) await finishChore(services, chore, asker);
}

/** Who kicks again, because the first answer never came or told of a failure, has what they asked for. */
async function finishKick(
  services: Services,
  sessionId: string,
  playerId: string,
  asker: Asker,
): Promise<void> {
  const { chores, leases, records, store } = services;
  if ((await records.departure(sessionId, playerId)) !== 'kicked') {
    throw new ProxyError(404, 'not-found', 'There is no such player in the session.');
  }
  await records.giveUpSeat({ sessionId, playerId }, 'kicked');
  await leases.end({ sessionId, holder: playerId });
  if (store.isLasting) return;
  // Whose token is whose is forgotten by now: all that must still be revoked in this session.
  const planned = await chores.planned(sessionId);
  await Promise.all(planned.map((chore) => finishChore(services, chore, asker)));
}

/**
 * Who leaves or ends their session again, because the first answer told that it was not done yet: their seat is no
 * longer there, and what they asked for is.
 *
 * @throws the error that told that the seat is not there, where nothing is planned for it any more. {@link ProxyError}
 *   503 where upstream has not done it yet.
 */
export async function finishLeaving(
  services: Services,
  { ticket }: Caller,
  sessionId: string,
  asker: Asker,
  error: unknown,
): Promise<void> {
  const chore = ticket?.seat.sessionId === sessionId ? choreOf(ticket.seat) : undefined;
  const isGone = error instanceof ProxyError && error.status < 500;
  if (!chore || !isGone || !(await services.chores.isPlanned(chore))) throw error;
  await finishChore(services, chore, asker);
}
