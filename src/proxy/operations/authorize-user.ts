import type { Clock } from '../../common/clock.js';
import type { Limiter } from '../limits/index.js';
import { noSuchSession, ProxyError, seatRevoked } from '../proxy-error.js';
import {
  type Afterwards,
  readRoster,
  rosterOf,
  type Seat,
  type SessionRecords,
  setOfSeats,
  setOfSessions,
} from '../store/index.js';
import type { Leases } from '../upkeep/index.js';
import type { SessionWatcher, Watchers } from '../watch/index.js';
import type { Arrival } from './create-order.js';
import type { FoundSession, NamedSession } from './find-session.js';
import type { OwnSession, OwnSessions } from './own-sessions.js';
import type { PlayerLeases } from './player-leases.js';
import type { PlayerRequest } from './player-request.js';
import type { SameAddressUsers } from './same-address-users.js';
import type { TokenKeeper, TokenKeeping } from './token-keeper.js';

/** What {@link AuthorizeUser} works with. */
export interface AuthorizeUserTools {
  readonly clock: Clock;
  readonly leases: Leases;
  readonly limiter: Limiter;
  readonly own: OwnSessions;
  readonly records: SessionRecords;
  readonly sameAddressUsers: SameAddressUsers;
  readonly playerLeases: PlayerLeases;
  readonly tokens: TokenKeeper;
  readonly watchers: Watchers;
}

/** The operation *authorize-user*: a player joins a session. A player who asks twice gets the seat that they have. */
export class AuthorizeUser {
  readonly #tools: AuthorizeUserTools;
  /** The joins that are under way here, by player and session. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(tools: AuthorizeUserTools) {
    this.#tools = tools;
  }

  /** @throws {ProxyError} and {@link RelayError}. */
  async join(request: PlayerRequest, found: FoundSession, arrival: Arrival): Promise<OwnSession> {
    const { sessionId } = found;
    const key = `${request.playerId} ${sessionId}`;
    let joining = this.#running.get(key);
    if (!joining) {
      joining = this.#join(request, found, arrival).finally(() => this.#running.delete(key));
      this.#running.set(key, joining);
    }
    await joining;
    return this.#tools.own.enter(request, sessionId, true);
  }

  /**
   * Resumes the session of the player's ticket. A ticket joins no other session.
   *
   * @throws {ProxyError} 400, and as {@link OwnSessions.find}.
   */
  resume(request: PlayerRequest, named: NamedSession): Promise<OwnSession> {
    if (named.join_code !== undefined) {
      throw new ProxyError(
        400,
        'bad-request',
        'A ticket resumes its own session: join with a login.',
      );
    }
    const sessionId = named.session_id ?? request.ticket?.seat.sessionId ?? '';
    return this.#tools.own.find(request, sessionId);
  }

  async #join(request: PlayerRequest, found: FoundSession, arrival: Arrival): Promise<void> {
    const { playerId } = request;
    const { seat, sessionId, wasKicked } = found;
    if (seat && (await this.#keepSeat(seat))) return;
    if (wasKicked) throw seatRevoked();
    const taken = { players: setOfSeats(sessionId), sessions: setOfSessions(playerId) };
    await this.#tools.limiter.addPlayer(sessionId, playerId, taken, (release) =>
      this.#takeSeat(request, sessionId, arrival, release),
    );
  }

  /** Whether a seat that was taken before is still good. If its token is not, the seat is given up. */
  async #keepSeat(seat: Seat): Promise<boolean> {
    const { leases, records, playerLeases, tokens, watchers } = this.#tools;
    const { sessionId, playerId } = seat;
    await leases.renew({ sessionId, holder: playerId });
    playerLeases.note(watchers.of(sessionId), playerId);
    if (await tokens.keep(seat)) return true;
    await records.loseSeat(seat);
    return false;
  }

  /** @param release - what gives back the places that were reserved for the player. */
  async #takeSeat(
    { asker, playerId }: PlayerRequest,
    sessionId: string,
    arrival: Arrival,
    release: Afterwards,
  ): Promise<void> {
    const { records, sameAddressUsers, tokens, watchers } = this.#tools;
    asker.charge('takes');
    const { linked, session_user } = await sameAddressUsers.letIn(asker, sessionId, arrival.ip);
    const token = session_user?.authorization_token;
    const seat: Seat = {
      playerId,
      sessionId,
      role: 'client',
      ...arrival,
      ...(token !== undefined && { authorizationToken: token }),
    };
    const keeping = tokens.keeping(seat);
    const { roster, score } = await this.#write(seat, keeping, linked, release);
    // The service may give the same token again while it is still being revoked for the player who had it before.
    if (!(await keeping.judge(score, roster.seats))) {
      await records.loseSeat(seat);
      throw seatIsBeingCleared();
    }
    const watcher = watchers.of(sessionId);
    if (!knowsSeat(watcher, seat)) await this.#tell(watcher, roster);
    // Last of all, because the watcher forgets all renewals when it hears of the new seat.
    this.#tools.playerLeases.note(watcher, playerId);
  }

  /** Writes a seat down with a lease for its player, and all that has to do with it, in one go. */
  async #write(seat: Seat, keeping: TokenKeeping, linked: boolean, release: Afterwards) {
    const { clock, leases, records } = this.#tools;
    const { playerId, sessionId } = seat;
    const results = await records.takeSeat(seat, clock.now(), [
      ...readRoster(sessionId),
      leases.renewal({ sessionId, holder: playerId }),
      // Before the session is linked the service lists no users: there is nothing to see yet.
      ...(linked ? [records.telling(sessionId, 'refresh')] : []),
      ...release.steps,
      ...keeping.steps,
    ]);
    if (!results) throw noSuchSession();
    release.markDone();
    const [seats = [], record] = results;
    const { length } = keeping.steps;
    const score = length > 0 ? results.at(-length) : undefined;
    return { roster: rosterOf(seats, record), score: score as number | undefined };
  }

  /** Tells a watcher who has a seat now, as the store said a moment ago. */
  async #tell(watcher: SessionWatcher, { joinCode, seats }: ReturnType<typeof rosterOf>) {
    if (joinCode === undefined) await watcher.loadRoster();
    else watcher.acceptRoster({ seats, joinCode });
  }
}

/** Whether the watcher has read a seat already, because it heard that it was taken. */
function knowsSeat(watcher: SessionWatcher, { authorizationToken, playerId }: Seat): boolean {
  const known = watcher.seat(playerId);
  return known !== undefined && known.authorizationToken === authorizationToken;
}

const seatIsBeingCleared = () =>
  new ProxyError(503, 'upstream-unavailable', 'Your seat is being cleared. Try again.', 1);
