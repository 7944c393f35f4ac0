import * as v from 'valibot';
import type { Clock } from '../api/clock.js';
import { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import type { SessionFilter } from '../api/requests.js';
import { type Call, Transport } from '../api/transport.js';

/** A request's time, in milliseconds. */
export const TIMEOUT = 10_000;
/** For how long the proxy is asked to hold a request, in seconds. */
const WAIT = 25;
const SESSIONS = 'v1/relays/sessions';

/** What *get* answers. */
export interface Report {
  /** Nothing when nothing changed. */
  readonly document: PlayerSession | undefined;
  readonly etag: string | null;
  /** Whether the proxy holds requests until there is news. */
  readonly held: boolean;
}

/** The relay session API as the proxy speaks it to one player. Repeats nothing by itself. */
export type PlayerApi = ReturnType<typeof createPlayerApi>;

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
    retry: 0,
  });
  const send = <TSchema extends v.GenericSchema>(
    bearer: string | undefined,
    call: Omit<Call<TSchema>, 'timeout'> & { readonly timeout?: number },
  ) =>
    transport.send({
      timeout: TIMEOUT,
      authorization: bearer && `Bearer ${bearer}`,
      ...call,
    });
  const post = async <TSchema extends v.GenericSchema>(
    bearer: string | undefined,
    path: string,
    schema: TSchema,
    call: Omit<Call<TSchema>, 'timeout' | 'method' | 'path' | 'schema'>,
  ) =>
    (await send(bearer, { method: 'POST', path, schema, ...call }))
      .document as v.InferOutput<TSchema>;
  const pathOf = (sessionId: string) => `${SESSIONS}/${encodeURIComponent(sessionId)}`;

  return {
    async createGuest(signal: AbortSignal): Promise<string> {
      const guest = v.looseObject({ token: v.string() });
      return (await post(undefined, 'v1/guests', guest, { signal })).token;
    },

    createSession: (
      filters: readonly SessionFilter[] | undefined,
      idempotencyKey: string,
      token: string | undefined,
      signal: AbortSignal,
    ): Promise<PlayerSession> =>
      post(token, SESSIONS, PlayerSession, {
        json: { filters },
        headers: { 'idempotency-key': idempotencyKey },
        signal,
      }),

    authorizeUser: (
      json: { readonly session_id?: string; readonly join_code?: string },
      bearer: string | undefined,
      signal: AbortSignal,
    ): Promise<PlayerSession> =>
      post(bearer, `${SESSIONS}:authorize-user`, PlayerSession, { json, signal }),

    async getSession(
      sessionId: string,
      ticket: string | undefined,
      etag: string | null | undefined,
      signal: AbortSignal,
    ): Promise<Report> {
      const { document, headers } = await send(ticket, {
        method: 'GET',
        path: pathOf(sessionId),
        headers: { prefer: `wait=${WAIT}`, ...(etag && { 'if-none-match': etag }) },
        timeout: WAIT * 1000 + TIMEOUT,
        schema: PlayerSession,
        signal,
      });
      return {
        document,
        etag: headers.get('etag'),
        held: /\bwait\b/.test(headers.get('preference-applied') ?? ''),
      };
    },

    /** Takes a seat away: another player's, or one's own, at once or `after` some seconds. Outlives the page. */
    revokeUser: (
      ticket: string | undefined,
      json: {
        readonly session_id: string;
        readonly player_id?: string;
        readonly after?: number;
      },
    ): Promise<unknown> =>
      post(ticket, `${SESSIONS}:revoke-user`, v.unknown(), { json, keepalive: true }),

    /** Ends the session. Outlives the page. */
    deleteSession: (ticket: string | undefined, sessionId: string): Promise<unknown> =>
      send(ticket, {
        method: 'DELETE',
        path: pathOf(sessionId),
        schema: v.unknown(),
        keepalive: true,
      }),
  };
}

/** What "not found" means for a player who had a seat: the session is gone. */
export function asGone(error: unknown): never {
  throw error instanceof RelayError && error.code === 'not-found'
    ? new RelayError('session-deleted', error.message, error)
    : error;
}
