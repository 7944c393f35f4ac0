import type { Caller, Ticket } from '../identity/index.js';
import type { Asker } from '../limits/index.js';
import { noSuchSession, ProxyError, seatRevoked, seatUnproven } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { Seat } from '../store/index.js';
import { strangerOf } from '../upkeep/index.js';
import { listsToken, listsUsers, type Rendering, type SessionWatcher } from '../watch/index.js';
import { keepToken } from './token-keeper.js';

/** A player in a session of theirs. */
export interface OwnSession {
  readonly watcher: SessionWatcher;
  readonly seat: Seat;
}

/** A lease is written again once this part of it is used up. */
const RENEW_AFTER = 1 / 8;

/**
 * The session that a caller may see, where nothing needs to be asked for: their ticket was checked, the session
 * is loaded, their seat is known, and their lease was renewed a moment ago.
 */
export function ownAtHand(
  services: Services,
  { playerId, ticket }: Caller,
  sessionId: string,
): OwnSession | undefined {
  if (ticket?.seat.sessionId !== sessionId) return undefined;
  const watcher = services.watchers.known(sessionId);
  if (!watcher?.isFresh || !isLeaseFresh(services, watcher, playerId)) return undefined;
  const seat = watcher.seat(playerId);
  if (!seat || isWithoutIp(seat, ticket)) return undefined;
  watcher.use();
  return { watcher, seat };
}

/**
 * The session that a caller may see, loaded and with their lease renewed.
 *
 * @param asker - the same caller, where upstream must be asked.
 * @throws {ProxyError} 404 for a session that is not there or not theirs, 403 for a seat that was taken away, 429.
 */
export async function ownSession(
  services: Services,
  { playerId, ticket }: Caller,
  sessionId: string,
  asker: Asker,
): Promise<OwnSession> {
  if (ticket && ticket.seat.sessionId !== sessionId) throw noSuchSession();
  const { records, watchers } = services;
  // Who shows no ticket must be known here: a stranger's call reaches neither upstream nor the leases.
  if (!ticket && !(await records.seat(sessionId, playerId))) {
    const isThere = !(await records.hasEnded(sessionId));
    const hasLeft = isThere && (await records.departure(sessionId, playerId));
    throw hasLeft ? seatRevoked() : noSuchSession();
  }
  const watcher = watchers.of(sessionId);
  // Before all else: a player must not lose their seat because upstream is slow.
  await renewLease(services, watcher, playerId);
  if (ticket && !watcher.seat(playerId)) await renewStranger(services, watcher, ticket);
  await watcher.load(asker);
  await renewLease(services, watcher, playerId);
  let seat = watcher.seat(playerId);
  if (!seat || isWithoutIp(seat, ticket)) {
    seat = await restoreSeat(services, watcher, playerId, ticket);
  }
  return { watcher, seat };
}

/** A host who was adopted has a seat without an address; their ticket knows it. */
const isWithoutIp = (seat: Seat, ticket: Ticket | undefined) =>
  seat.ip === '' && Boolean(ticket?.seat.ip);

/** What the player gets to read now, where their ticket needs no renewal. */
export function renderOwnNow(
  { tickets }: Services,
  { watcher, seat }: OwnSession,
  { ticket }: Caller,
): Rendering | undefined {
  return ticket && !tickets.isAgeing(ticket) ? watcher.render(seat, ticket.text) : undefined;
}

/** What the player gets to read now, with their ticket or a newer one. */
export async function renderOwn(
  services: Services,
  own: OwnSession,
  caller: Caller,
): Promise<Rendering> {
  return own.watcher.render(own.seat, await newestTicket(services, own, caller));
}

/** The ticket that the player gets to read: their own, or a newer one. */
export async function newestTicket(
  { tickets }: Services,
  { seat }: OwnSession,
  { ticket }: Caller,
): Promise<string> {
  const { text } = await (ticket ? tickets.renew(ticket) : tickets.of(seat));
  return text;
}

/** The host's right, and nobody else's. */
export function checkIsHost({ seat }: OwnSession): void {
  if (seat.role !== 'server') {
    throw new ProxyError(403, 'forbidden', 'Only the host may do this.');
  }
}

/** Renews a lease, unless that was done a moment ago. */
async function renewLease(
  services: Services,
  watcher: SessionWatcher,
  playerId: string,
): Promise<void> {
  if (isLeaseFresh(services, watcher, playerId)) return;
  watcher.renewals.set(playerId, services.clock.monotonic());
  try {
    await services.leases.renew({ sessionId: watcher.sessionId, holder: playerId });
  } catch (error) {
    // What the store did not take is no renewal: the next call must try again.
    watcher.renewals.delete(playerId);
    throw error;
  }
}

/**
 * Who asks for a seat that the store has forgotten is no stranger to their token: it must not be taken from them
 * because upstream cannot say yet that it is theirs.
 */
async function renewStranger(
  services: Services,
  watcher: SessionWatcher,
  { seat: { authorizationToken: token, playerId } }: Ticket,
): Promise<void> {
  const { records } = services;
  const { sessionId } = watcher;
  if (token === undefined || isLeaseFresh(services, watcher, strangerOf(token))) return;
  if (await records.seat(sessionId, playerId)) return;
  if (await records.departure(sessionId, playerId)) return;
  await renewLease(services, watcher, strangerOf(token));
}

function isLeaseFresh(
  { clock, leases }: Services,
  { renewals }: SessionWatcher,
  playerId: string,
): boolean {
  const renewed = renewals.get(playerId) ?? Number.NEGATIVE_INFINITY;
  return clock.monotonic() - renewed < leases.duration * RENEW_AFTER;
}

/** A ticket outlives the store's memory: the seat that it proves is taken again, if upstream still knows the user. */
async function restoreSeat(
  services: Services,
  watcher: SessionWatcher,
  playerId: string,
  ticket: Ticket | undefined,
): Promise<Seat> {
  const { clock, records } = services;
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
  const isKnown = token === undefined || listsToken(document, token);
  if (!isKnown && listsUsers(document)) throw seatRevoked();
  // Before it is linked the service lists nobody, neither who is in nor who was kicked.
  if (!isKnown && !document.error) throw seatUnproven();
  const restored = token === undefined ? seat : { ...seat, authorizationToken: token };
  if (!(await records.takeSeat(restored, clock.now()))) throw noSuchSession();
  if (!(await keepToken(services, restored))) {
    await records.giveUpSeat(restored, 'lapsed');
    throw seatRevoked();
  }
  await watcher.loadRoster();
  return restored;
}
