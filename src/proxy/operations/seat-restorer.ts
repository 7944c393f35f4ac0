import type { Clock } from '../../common/clock.js';
import type { Ticket } from '../identity/index.js';
import { noSuchSession, seatRevoked, seatUnproven } from '../proxy-error.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { listsToken, listsUsers, type SessionWatcher } from '../watch/index.js';
import type { TokenKeeper } from './token-keeper.js';

/** What a {@link SeatRestorer} works with. */
export interface SeatRestorerTools {
  readonly records: SessionRecords;
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
}

/** Gives players back the seats that the store has forgotten: a ticket outlives the store's memory. */
export class SeatRestorer {
  readonly #tools: SeatRestorerTools;

  constructor(tools: SeatRestorerTools) {
    this.#tools = tools;
  }

  /**
   * The player's seat: as the store has it now, or else taken again as their ticket proves it, if the relay service
   * still knows their token.
   *
   * @param watcher - of the session, which is loaded.
   * @throws {ProxyError} 403 for a seat that was taken away, 404 for a player without one, 503 where the relay service
   *   cannot tell yet.
   */
  async restore(
    watcher: SessionWatcher,
    playerId: string,
    ticket: Ticket | undefined,
  ): Promise<Seat> {
    const { records } = this.#tools;
    const { sessionId } = watcher;
    if (await records.departure(sessionId, playerId)) throw seatRevoked();
    const stored = await records.seat(sessionId, playerId);
    const isComplete = stored && (stored.ip !== '' || !ticket?.seat.ip);
    const seat = isComplete ? stored : await this.#takeAgain(watcher, stored, ticket);
    await watcher.loadRoster();
    return seat;
  }

  async #takeAgain(
    { document }: SessionWatcher,
    stored: Seat | undefined,
    ticket: Ticket | undefined,
  ): Promise<Seat> {
    const { clock, records, tokens } = this.#tools;
    if (!ticket) throw noSuchSession();
    const token = ticket.seat.authorizationToken ?? stored?.authorizationToken;
    const isListed = token === undefined || listsToken(document, token);
    if (!isListed && listsUsers(document)) throw seatRevoked();
    // Before the session is linked, the service lists no users at all, so that nobody knows who was kicked.
    if (!isListed && !document.error) throw seatUnproven();
    const seat: Seat =
      token === undefined ? ticket.seat : { ...ticket.seat, authorizationToken: token };
    if (!(await records.takeSeat(seat, clock.now()))) throw noSuchSession();
    if (await tokens.keep(seat)) return seat;
    await records.giveUpSeat(seat, 'lapsed');
    throw seatRevoked();
  }
}
