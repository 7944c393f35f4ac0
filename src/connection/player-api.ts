import * as v from 'valibot';
import { PlayerSession } from '../api/player-session.js';
import type { SessionFilter } from '../api/requests.js';
import { type Answer, type Call, TIMEOUT } from '../api/transport.js';
import { checkJson } from '../common/check-json.js';
import { codeOf, RelayError } from '../common/relay-error.js';

// The relay session API as the proxy speaks it to one player: the requests, and what sends them. What cannot
// be sent makes no request: `invalid-request`.

/** For how long the proxy is asked to hold a request, in seconds. */
const WAIT = 25;
const SESSIONS = 'v1/relays/sessions';

/** A request for a seat, or for the session. */
export type SessionCall = Call<typeof PlayerSession>;

/** What the proxy tells of a session; no document when nothing changed. */
export type Report = Answer<PlayerSession>;

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
}): Call<v.GenericSchema> => ({
  method: 'POST',
  path: `${SESSIONS}:revoke-user`,
  schema: v.unknown(),
  keepalive: true,
  json: sendable(json),
});

/** Ends the session. Outlives the page. */
export const deleteSession = (sessionId: string): Call<v.GenericSchema> => ({
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
