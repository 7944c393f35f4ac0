import type { Caller, GatewayAccesses, Ticket, Tickets } from '../identity/index.js';
import { noSuchSession, seatRevoked } from '../proxy-error.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { strangerOf } from '../upkeep/index.js';
import type { Credentials, Rendering, SessionWatcher, Watchers } from '../watch/index.js';
import type { PlayerLeases } from './player-leases.js';
import type { PlayerRequest } from './player-request.js';
import type { SeatRestorer } from './seat-restorer.js';

/** A player in a session of theirs. */
export interface OwnSession {
  readonly watcher: SessionWatcher;
  readonly seat: Seat;
}

/** What {@link OwnSessions} work with. */
export interface OwnSessionsTools {
  readonly gatewayAccesses: GatewayAccesses;
  readonly records: SessionRecords;
  readonly playerLeases: PlayerLeases;
  readonly restorer: SeatRestorer;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
}

/**
 * The sessions that a player may see, which are those in which they have a seat, and what they get to read of them. A
 * player who looks at one renews their lease.
 */
export class OwnSessions {
  readonly #tools: OwnSessionsTools;

  constructor(tools: OwnSessionsTools) {
    this.#tools = tools;
  }

  /**
   * The player's session, if everything is at hand: their ticket was checked, the session is loaded, their seat is
   * known, and their lease was renewed a moment ago.
   */
  atHand({ playerId, ticket }: PlayerRequest, sessionId: string): OwnSession | undefined {
    const { playerLeases, watchers } = this.#tools;
    if (ticket?.seat.sessionId !== sessionId) return undefined;
    const watcher = watchers.known(sessionId);
    if (!watcher?.isFresh || !playerLeases.isFresh(watcher, playerId)) return undefined;
    const seat = watcher.seat(playerId);
    if (!seat || lacksIp(seat, ticket)) return undefined;
    watcher.use();
    return { watcher, seat };
  }

  /**
   * The player's session, loaded, and with their lease renewed.
   *
   * @throws {ProxyError} 404 for a session that is not there or not theirs, 403 for a seat that was taken away, 429.
   */
  async open(request: PlayerRequest, sessionId: string): Promise<OwnSession> {
    await this.#checkIsTheirs(request, sessionId);
    return this.#load(request, sessionId);
  }

  /**
   * As {@link OwnSessions.open}, and the log names the session. It does so only once the session is known to be the
   * player's: a game may send anything in place of an id, even its join code.
   */
  async find(request: PlayerRequest, sessionId: string): Promise<OwnSession> {
    const own = await this.open(request, sessionId);
    request.exchange.sessionId = sessionId;
    return own;
  }

  /**
   * As {@link OwnSessions.find}, for a player who was given a seat just now: the store need not be asked for it.
   *
   * @param wasRenewed - whether their lease was written at the same time.
   */
  async enter(request: PlayerRequest, sessionId: string, wasRenewed = false): Promise<OwnSession> {
    const own = await this.#load(request, sessionId, wasRenewed);
    request.exchange.sessionId = sessionId;
    return own;
  }

  /** What the player gets to read now, if none of their tickets needs renewal, so that there is nothing to wait for. */
  documentAtHand({ watcher, seat }: OwnSession, { ticket }: Caller): Rendering | undefined {
    const { gatewayAccesses, tickets } = this.#tools;
    if (!ticket || tickets.isAgeing(ticket)) return undefined;
    if (!gatewayAccesses.isFor(seat)) return watcher.render(seat, { ticket: ticket.text });
    const gateway = gatewayAccesses.atHand(seat);
    return gateway && watcher.render(seat, { ticket: ticket.text, gateway });
  }

  /** What the player gets to read now, with their tickets or newer ones. */
  async document(own: OwnSession, caller: Caller): Promise<Rendering> {
    return own.watcher.render(own.seat, await this.credentialsFor(own, caller));
  }

  /** The tickets that the player gets to read: their own, or newer ones. */
  async credentialsFor({ seat }: OwnSession, { ticket }: Caller): Promise<Credentials> {
    const { gatewayAccesses, tickets } = this.#tools;
    const { text } = await (ticket ? tickets.renew(ticket) : tickets.of(seat));
    const gateway = await gatewayAccesses.of(seat);
    return { ticket: text, ...(gateway && { gateway }) };
  }

  /**
   * Refuses a player who has neither a ticket nor a seat, so that a stranger's call reaches neither the relay service
   * nor the leases.
   */
  async #checkIsTheirs({ playerId, ticket }: PlayerRequest, sessionId: string): Promise<void> {
    const { records } = this.#tools;
    if (ticket?.seat.sessionId === sessionId) return;
    if (ticket) throw noSuchSession();
    if (await records.seat(sessionId, playerId)) return;
    const isThere = !(await records.hasEnded(sessionId));
    const hasLeft = isThere && (await records.departure(sessionId, playerId));
    throw hasLeft ? seatRevoked() : noSuchSession();
  }

  async #load(
    { asker, playerId, ticket }: PlayerRequest,
    sessionId: string,
    wasRenewed = false,
  ): Promise<OwnSession> {
    const { playerLeases, restorer, watchers } = this.#tools;
    const watcher = watchers.of(sessionId);
    const renew = async () =>
      wasRenewed ? playerLeases.note(watcher, playerId) : playerLeases.renew(watcher, playerId);
    // Before all else: a player must not lose their seat because the relay service is slow.
    await renew();
    if (ticket && !watcher.seat(playerId)) await this.#renewForStranger(watcher, ticket);
    await watcher.load(asker);
    // News that came meanwhile may have made the watcher forget the renewal.
    await renew();
    const seat = watcher.seat(playerId);
    if (seat && !lacksIp(seat, ticket)) return { watcher, seat };
    return { watcher, seat: await restorer.restore(watcher, playerId, ticket) };
  }

  /**
   * Renews the lease that is held in the name of a token, for a player whose seat the store has forgotten. Their token
   * must not be revoked because the relay service cannot say yet that it is theirs.
   */
  async #renewForStranger(watcher: SessionWatcher, { seat }: Ticket): Promise<void> {
    const { records, playerLeases } = this.#tools;
    const { authorizationToken: token, playerId } = seat;
    const { sessionId } = watcher;
    if (token === undefined || playerLeases.isFresh(watcher, strangerOf(token))) return;
    if (await records.seat(sessionId, playerId)) return;
    if (await records.departure(sessionId, playerId)) return;
    await playerLeases.renew(watcher, strangerOf(token));
  }
}

/** Whether the seat is without an address that the ticket knows: that of a host whose session was adopted is. */
const lacksIp = (seat: Seat, ticket: Ticket | undefined) =>
  seat.ip === '' && Boolean(ticket?.seat.ip);
