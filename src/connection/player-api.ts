import * as v from 'valibot';
import { PlayerSession } from '../api/player-session.js';
import type { SessionFilter } from '../api/requests.js';
import { type Answer, type Call, createTransport } from '../api/transport.js';
import { checkJson } from '../common/check-json.js';
import type { Clock } from '../common/clock.js';
import { codeOf, RelayError } from '../common/relay-error.js';

// The relay session API as the proxy speaks it to one player: the requests, and what sends them. What cannot
// be sent makes no request: `invalid-request`.

/** A request's time, in milliseconds. */
export const TIMEOUT = 10_000;
/** For how long the proxy is asked to hold a request, in seconds. */
const WAIT = 25;
const SESSIONS = 'v1/relays/sessions';

/** A request, whoever makes it. */
export type PlayerCall<TSchema extends v.GenericSchema> = Omit<
  Call<TSchema>,
  'authorization' | 'signal' | 'timeout'
> & { readonly timeout?: number };

/** A request for a seat, or for the session. */
export type SessionCall = PlayerCall<typeof PlayerSession>;

/** What the proxy tells of a session; no document when nothing changed. */
export type Report = Answer<PlayerSession>;

/** Sends a request, with the Bearer token that the player shows. Repeats nothing by itself. */
export type Send = <TSchema extends v.GenericSchema>(
  call: PlayerCall<TSchema>,
  bearer: string | undefined,
  signal?: AbortSignal,
) => Promise<Answer<v.InferOutput<TSchema>>>;

/** Puts a request together that may have to be sent while the page goes; its answer is of no interest. */
export type Prepare = (call: PlayerCall<v.GenericSchema>, bearer: string | undefined) => () => void;

/** The proxy, as it is spoken to. */
export interface PlayerApi {
  readonly send: Send;
  readonly prepare: Prepare;
}

/** @throws {RelayError} `invalid-url`. */
export function createPlayerApi(
  baseUrl: string | URL,
  { clock, fetch }: { readonly clock: Clock; readonly fetch: typeof globalThis.fetch },
): PlayerApi {
  const transport = createTransport(baseUrl, fetch, clock);
  const complete = <TSchema extends v.GenericSchema>(
    call: PlayerCall<TSchema>,
    bearer: string | undefined,
    signal?: AbortSignal,
  ) => ({ timeout: TIMEOUT, ...call, authorization: bearer && `Bearer ${bearer}`, signal });
  return {
    send: (...request) => transport(complete(...request)),
    prepare: (...request) => transport.prepare(complete(...request)),
  };
}

export const createGuest = {
  method: 'POST',
  path: 'v1/guests',
  schema: v.looseObject({ token: v.string() }),
} as const;

export const createSession = (
  json: {
    readonly filters?: readonly SessionFilter[] | undefined;
    readonly via?: 'gateway' | undefined;
  },
  idempotencyKey: string,
): SessionCall => ({
  method: 'POST',
  path: SESSIONS,
  schema: PlayerSession,
  headers: { 'idempotency-key': idempotencyKey },
  json: sendable(json),
});

export const authorizeUser = (json: {
  readonly session_id?: string;
  readonly join_code?: string;
  readonly via?: 'gateway' | undefined;
}): SessionCall => ({
  method: 'POST',
  path: `${SESSIONS}:authorize-user`,
  schema: PlayerSession,
  json: sendable(json),
});

/** @param etag - Of the document that is known: the proxy holds the request until it is another one. */
export const getSession = (sessionId: string, etag: string | null): SessionCall => ({
  method: 'GET',
  path: pathOf(sessionId),
  schema: PlayerSession,
  headers: { prefer: `wait=${WAIT}`, ...(etag && { 'if-none-match': etag }) },
  timeout: WAIT * 1000 + TIMEOUT,
});

/** Takes a seat away: another player's, or one's own, at once or `after` some seconds. Outlives the page. */
export const revokeUser = (json: {
  readonly session_id: string;
  readonly player_id?: string;
  readonly after?: number;
}): PlayerCall<v.GenericSchema> => ({
  method: 'POST',
  path: `${SESSIONS}:revoke-user`,
  schema: v.unknown(),
  keepalive: true,
  json: sendable(json),
});

/** Ends the session. Outlives the page. */
export const deleteSession = (sessionId: string): PlayerCall<v.GenericSchema> => ({
  method: 'DELETE',
  path: pathOf(sessionId),
  schema: v.unknown(),
  keepalive: true,
});

function sendable<T>(json: T): T {
  checkJson(json);
  return json;
}

const pathOf = (sessionId: string) => `${SESSIONS}/${encodeURIComponent(sessionId)}`;

/** Whether the proxy holds requests until there is news. */
export const isHeld = ({ headers }: Report): boolean =>
  /\bwait\b/.test(headers.get('preference-applied') ?? '');

/** What "not found" means for a player who had a seat: the session is gone. */
export function asGone(error: unknown): never {
  throw codeOf(error) === 'not-found'
    ? new RelayError('session-deleted', (error as RelayError).message, error as RelayError)
    : error;
}
