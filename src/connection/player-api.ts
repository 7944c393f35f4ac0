import * as v from 'valibot';
import type { Clock } from '../api/clock.js';
import { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import type { SessionFilter } from '../api/requests.js';
import { maybe } from '../api/schemas.js';
import { type Call, Transport } from '../api/transport.js';

/** A request's time, in milliseconds. */
export const TIMEOUT = 10_000;
/** For how long the proxy is asked to hold a request, in seconds. */
const WAIT = 25;
const SESSIONS = 'v1/relays/sessions';

/** What the proxy tells of a session. */
export interface Report {
  /** Nothing when nothing changed. */
  readonly document: PlayerSession | undefined;
  readonly etag: string | null;
  /** Whether the proxy holds requests until there is news. */
  readonly isHeld: boolean;
}

/** The relay session API as the proxy speaks it to one player. Repeats nothing by itself. */
export type PlayerApi = ReturnType<typeof createPlayerApi>;

type Options = Partial<Call<v.GenericSchema>>;

/** @throws {RelayError} `invalid-url`. */
export function createPlayerApi(
  proxyUrl: string | URL,
  { clock, fetch }: { readonly clock: Clock; readonly fetch: typeof globalThis.fetch },
) {
  const transport = new Transport({
    baseUrl: proxyUrl,
    peer: 'proxy',
    fetch,
    clock,
  });

  const send = (
    method: Call<v.GenericSchema>['method'],
    path: string,
    bearer: string | undefined,
    options: Options,
  ) =>
    transport.send({
      method,
      path,
      timeout: TIMEOUT,
      authorization: bearer && `Bearer ${bearer}`,
      schema: maybe(v.looseObject({})),
      ...options,
    });

  async function report(...call: Parameters<typeof send>): Promise<Report> {
    const [method, path, bearer, options] = call;
    const answer = await send(method, path, bearer, { schema: PlayerSession, ...options });
    return {
      document: answer.document as PlayerSession | undefined,
      etag: answer.headers.get('etag'),
      isHeld: /\bwait\b/.test(answer.headers.get('preference-applied') ?? ''),
    };
  }

  const pathOf = (sessionId: string) => `${SESSIONS}/${encodeURIComponent(sessionId)}`;

  return {
    async createGuest(signal: AbortSignal): Promise<string> {
      const schema = v.looseObject({ token: v.string() });
      const { document } = await send('POST', 'v1/guests', undefined, { schema, signal });
      return (document as v.InferOutput<typeof schema>).token;
    },

    createSession: (
      filters: readonly SessionFilter[] | undefined,
      idempotencyKey: string,
      bearer: string | undefined,
      signal: AbortSignal,
    ) =>
      report('POST', SESSIONS, bearer, {
        json: { filters },
        headers: { 'idempotency-key': idempotencyKey },
        signal,
      }),

    authorizeUser: (
      json: { readonly session_id?: string; readonly join_code?: string },
      bearer: string | undefined,
      signal: AbortSignal,
    ) => report('POST', `${SESSIONS}:authorize-user`, bearer, { json, signal }),

    getSession: (
      sessionId: string,
      ticket: string | undefined,
      etag: string | null,
      signal: AbortSignal,
    ) =>
      report('GET', pathOf(sessionId), ticket, {
        headers: { prefer: `wait=${WAIT}`, ...(etag && { 'if-none-match': etag }) },
        timeout: WAIT * 1000 + TIMEOUT,
        signal,
      }),

    /** Takes a seat away: another player's, or one's own, at once or `after` some seconds. Outlives the page. */
    revokeUser: (
      ticket: string | undefined,
      json: {
        readonly session_id: string;
        readonly player_id?: string;
        readonly after?: number;
      },
      signal?: AbortSignal,
    ) => send('POST', `${SESSIONS}:revoke-user`, ticket, { json, keepalive: true, signal }),

    /** Ends the session. Outlives the page. */
    deleteSession: (ticket: string | undefined, sessionId: string, signal: AbortSignal) =>
      send('DELETE', pathOf(sessionId), ticket, { keepalive: true, signal }),
  };
}

/** What "not found" means for a player who had a seat: the session is gone. */
export function asGone(error: unknown): never {
  throw error instanceof RelayError && error.code === 'not-found'
    ? new RelayError('session-deleted', error.message, error)
    : error;
}
