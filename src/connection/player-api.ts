import * as v from 'valibot';
import { checkRequest } from '../api/check.js';
import type { Clock } from '../api/clock.js';
import { PlayerSession } from '../api/player-session.js';
import { SessionPath } from '../api/requests.js';
import { Transport } from '../api/transport.js';

const SESSIONS = 'v1/relays/sessions';
const TIMEOUT = 10_000;

/** The relay session API as the proxy speaks it to one player. Repeats nothing by itself. */
export class PlayerApi {
  readonly #transport: Transport;

  /** @throws {RelayError} `invalid-url`. */
  constructor(proxyUrl: string | URL, fetch: typeof globalThis.fetch, clock: Clock) {
    this.#transport = new Transport({
      baseUrl: proxyUrl,
      peer: 'proxy',
      fetch,
      clock,
      retry: 0,
    });
  }

  createSession(token: string | undefined, signal: AbortSignal): Promise<PlayerSession> {
    return this.#send({ method: 'POST', path: SESSIONS, json: {}, bearer: token, signal });
  }

  authorizeUser(
    sessionId: string,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<PlayerSession> {
    const json = checkRequest(SessionPath, { session_id: sessionId });
    const path = `${SESSIONS}:authorize-user`;
    return this.#send({ method: 'POST', path, json, bearer: token, signal });
  }

  getSession(sessionId: string, ticket: string, signal: AbortSignal): Promise<PlayerSession> {
    const path = `${SESSIONS}/${encodeURIComponent(sessionId)}`;
    return this.#send({ method: 'GET', path, bearer: ticket, signal });
  }

  /** Gives the seat back: the host's ends the session. */
  async leave({ role, session_id }: PlayerSession, ticket: string): Promise<void> {
    const end =
      role === 'server'
        ? ({ method: 'DELETE', path: `${SESSIONS}/${encodeURIComponent(session_id)}` } as const)
        : ({ method: 'POST', path: `${SESSIONS}:revoke-user`, json: { session_id } } as const);
    await this.#transport.send({
      ...end,
      authorization: `Bearer ${ticket}`,
      timeout: TIMEOUT,
      schema: v.unknown(),
    });
  }

  async #send(call: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly json?: unknown;
    readonly bearer: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<PlayerSession> {
    const { bearer, ...rest } = call;
    const authorization = bearer === undefined ? undefined : `Bearer ${bearer}`;
    const answer = await this.#transport.send({
      ...rest,
      authorization,
      timeout: TIMEOUT,
      schema: PlayerSession,
    });
    return answer.document as PlayerSession;
  }
}
