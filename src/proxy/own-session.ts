import { strangerOf } from './adoption.js';
import type { Caller } from './players.js';
import { noSuchSession, ProxyError, seatRevoked, seatUnproven } from './proxy-error.js';
import type { Rendering } from './renderings.js';
import type { Seat } from './seat.js';
import type { Services } from './services.js';
import type { SessionWatcher } from './session-watcher.js';
import type { Ticket } from './tickets.js';

/** A player in a session of theirs. */
export interface OwnSession {
  readonly watcher: SessionWatcher;
  readonly seat: Seat;
}

/** A lease is written again once this part of it is used up. */
const RENEW_AFTER = 1 / 8;

/**
 * The session that a caller may see, loaded and with their lease renewed.
 *
 * @throws {ProxyError} 404 for a session that is not there or not theirs, 403 for a seat that was taken away.
 */
export async function ownSession(
  services: Services,
  { playerId, ticket }: Caller,
  sessionId: string,
): Promise<OwnSession> {
  if (ticket && ticket.seat.sessionId !== sessionId) throw noSuchSession();
  const { records, watchers } = services;
  if (!ticket && !(await records.find(sessionId))) throw noSuchSession();
  const watcher = watchers.of(sessionId);
  // Before all else: a player must not lose their seat because upstream is slow.
  const renewal = renewLease(services, watcher, playerId);
  if (renewal) await renewal;
  if (!watcher.isFresh) {
    await watcher.load();
    await renewLease(services, watcher, playerId);
  }
  let seat = watcher.seat(playerId);
  if (!seat || (seat.ip === '' && ticket?.seat.ip)) {
    seat = await restoreSeat(services, watcher, playerId, ticket);
  }
  return { watcher, seat };
}

/** What the player gets to read now, with their ticket or a newer one. */
export async function renderOwn(
  { tickets }: Services,
  { watcher, seat }: OwnSession,
  ticket: Ticket | undefined,
): Promise<Rendering> {
  const current = ticket ? await tickets.renew(ticket) : await tickets.sign(seat);
  return watcher.render(seat, current.text);
}

/** The host's right, and nobody else's. */
export function checkIsHost({ seat }: OwnSession): void {
  if (seat.role !== 'server') {
    throw new ProxyError(403, 'forbidden', 'Only the host may do this.');
  }
}

/** Renews a lease, unless that was done a moment ago. */
export function renewLease(
  { clock, leases }: Services,
  watcher: SessionWatcher,
  playerId: string,
): Promise<void> | undefined {
  const now = clock.now();
  const renewed = watcher.renewals.get(playerId) ?? Number.NEGATIVE_INFINITY;
  if (now - renewed < leases.duration * RENEW_AFTER) return undefined;
  watcher.renewals.set(playerId, now);
  return leases.renew({ sessionId: watcher.sessionId, holder: playerId });
}

/** A ticket outlives the store's memory: the seat that it proves is taken again, if upstream still knows the user. */
async function restoreSeat(
  { clock, leases, records }: Services,
  watcher: SessionWatcher,
  playerId: string,
  ticket: Ticket | undefined,
): Promise<Seat> {
  const { sessionId, document } = watcher;
  if (await records.departure(sessionId, playerId)) throw seatRevoked();
  const stored = await records.seat(sessionId, playerId);
  if (stored && (stored.ip !== '' || !ticket?.seat.ip)) {
    await watcher.loadRoster();
    return stored;
  }
  if (!ticket) throw noSuchSession();
  const { seat } = ticket;
  const token = seat.authorizationToken ?? stored?.authorizationToken;
  const users = document.session_users ?? [];
  const isKnown =
    token === undefined || users.some(({ authorization_token }) => authorization_token === token);
  if (!isKnown && document.linked) throw seatRevoked();
  // Before it is linked the service lists nobody, neither who is in nor who was kicked.
  if (!isKnown && !document.error) throw seatUnproven();
  const restored = token === undefined ? seat : { ...seat, authorizationToken: token };
  if (!(await records.takeSeat(restored, clock.now()))) throw noSuchSession();
  if (token !== undefined) await leases.end({ sessionId, holder: strangerOf(token) });
  await watcher.loadRoster();
  return restored;
}
