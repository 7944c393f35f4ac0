import { parseJoinCode } from '../../api/join-code.js';
import type { Asker } from '../limits/index.js';
import { noSuchSession, ProxyError, seatRevoked } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { Seat } from '../store/index.js';
import { authorizeUser } from './relay-users.js';
import { keepToken } from './token-keeper.js';

/** How a player names the session that they want to join. */
export interface JoinRequest {
  readonly session_id?: string | undefined;
  readonly join_code?: string | undefined;
}

/**
 * The id of the session that is meant.
 *
 * @param client - the address that wrong guesses are counted for.
 * @param signal - aborted when the player no longer waits for an answer.
 * @throws {ProxyError} 404 for one that is not this proxy's, 429 after too many of them, 503 for one that may yet
 * turn up while the proxy starts.
 */
export async function findSession(
  { adoption, guesses, records }: Services,
  { join_code, session_id }: JoinRequest,
  client: string,
  signal: AbortSignal,
): Promise<string> {
  if ((join_code === undefined) === (session_id === undefined)) {
    throw new ProxyError(400, 'bad-request', 'Send either "session_id" or "join_code".');
  }
  const code = join_code === undefined ? undefined : parseJoinCode(join_code);
  const look = async () => {
    const sessionId = code === undefined ? session_id : await records.sessionOfJoinCode(code);
    return sessionId !== undefined && (await records.find(sessionId)) ? sessionId : undefined;
  };
  const found = await guesses.look(client, signal, async () => {
    const known = await look();
    if (known !== undefined || adoption.isComplete) return known;
    // All in one guess: while the proxy starts, too, an address has one at a time.
    await adoption.completed();
    return look();
  });
  if (found !== undefined) return found;
  throw join_code === undefined
    ? noSuchSession()
    : new ProxyError(404, 'not-found', 'There is no session with this join code.');
}

/** Gives players seats in sessions that are there. Who asks twice gets the one they have. */
export class SessionJoiner {
  readonly #services: Services;
  readonly #running = new Map<string, Promise<Seat>>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** @throws {ProxyError} and {@link RelayError}. */
  join(sessionId: string, playerId: string, ip: string, asker: Asker): Promise<Seat> {
    const key = `${playerId} ${sessionId}`;
    const running = this.#running.get(key);
    if (running) return running;
    const joining = this.#join(sessionId, playerId, ip, asker).finally(() =>
      this.#running.delete(key),
    );
    this.#running.set(key, joining);
    return joining;
  }

  async #join(sessionId: string, playerId: string, ip: string, asker: Asker): Promise<Seat> {
    const { leases, limiter, records } = this.#services;
    const known = await records.seat(sessionId, playerId);
    if (known) {
      await leases.renew({ sessionId, holder: playerId });
      if (await keepToken(this.#services, known)) return known;
      await records.loseSeat(known);
    }
    if ((await records.departure(sessionId, playerId)) === 'kicked') throw seatRevoked();
    const seats = () => records.seatCount(sessionId);
    const sessions = () => records.sessionCount(playerId);
    const take = () => this.#takeSeat(sessionId, playerId, ip, asker);
    return limiter.addUser(
      sessionId,
      seats,
      () => limiter.addSession(playerId, sessions, take, sessionId),
      playerId,
    );
  }

  async #takeSeat(sessionId: string, playerId: string, ip: string, asker: Asker): Promise<Seat> {
    const { clock, leases, records, watchers } = this.#services;
    asker.charge();
    const authorization = await authorizeUser(this.#services, asker, sessionId, ip);
    const token = authorization.session_user?.authorization_token;
    const seat: Seat = {
      playerId,
      sessionId,
      role: 'client',
      ip,
      ...(token !== undefined && { authorizationToken: token }),
    };
    await leases.renew({ sessionId, holder: playerId });
    if (!(await records.takeSeat(seat, clock.now()))) throw noSuchSession();
    // The service may give the same token again, while it is being taken away from whoever had it before.
    if (!(await keepToken(this.#services, seat))) {
      await records.loseSeat(seat);
      throw new ProxyError(
        503,
        'upstream-unavailable',
        'Your seat is being cleared. Try again.',
        1,
      );
    }
    // Before the session is linked the service lists no users: there is nothing to see yet.
    if (authorization.linked) await records.tell(sessionId, 'refresh');
    await watchers.of(sessionId).loadRoster();
    return seat;
  }
}
