import * as v from 'valibot';
import type { Clock } from '../api/clock.js';
import { PlayerSession } from '../api/player-session.js';
import { codeOf, RelayError } from '../api/relay-error.js';
import type { SessionFilter } from '../api/requests.js';
import { type Answer, type Call, createTransport } from '../api/transport.js';

// The relay session API as the proxy speaks it to one player.

/** A request's time, in milliseconds. */
export const TIMEOUT = 10_000;
/** For how long the proxy is asked to hold a request, in seconds. */
const WAIT = 25;
const SESSIONS = 'v1/relays/sessions';

/** What the proxy tells of a session; no document when nothing changed. */
export type Report = Answer<PlayerSession>;

/** Sends a request to the proxy, with the Bearer token that the player shows. Repeats nothing by itself. */
export type Send = <TSchema extends v.GenericSchema>(
  method: Call<TSchema>['method'],
  path: string,
  bearer: string | undefined,
  schema: TSchema,
  options: Partial<Call<TSchema>>,
) => Promise<Answer<v.InferOutput<TSchema>>>;

/** @throws {RelayError} `invalid-url`. */
export function createSend(
  proxyUrl: string | URL,
  { clock, fetch }: { readonly clock: Clock; readonly fetch: typeof globalThis.fetch },
): Send {
  const transport = createTransport({ baseUrl: proxyUrl, peer: 'proxy', fetch, clock });
  return (method, path, bearer, schema, options) =>
    transport.send({
      method,
      path,
      schema,
      timeout: TIMEOUT,
      authorization: bearer && `Bearer ${bearer}`,
      ...options,
    });
}

export async function createGuest(send: Send, signal: AbortSignal): Promise<string | undefined> {
  const schema = v.looseObject({ token: v.string() });
  const { document } = await send('POST', 'v1/guests', undefined, schema, { signal });
  return document?.token;
}

export function createSession(
  send: Send,
  filters: readonly SessionFilter[] | undefined,
  idempotencyKey: string,
  bearer: string | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const headers = { 'idempotency-key': idempotencyKey };
  return send('POST', SESSIONS, bearer, PlayerSession, { json: { filters }, headers, signal });
}

export function authorizeUser(
  send: Send,
  json: { readonly session_id?: string; readonly join_code?: string },
  bearer: string | undefined,
  signal: AbortSignal,
): Promise<Report> {
  return send('POST', `${SESSIONS}:authorize-user`, bearer, PlayerSession, { json, signal });
}

export function getSession(
  send: Send,
  sessionId: string,
  ticket: string | undefined,
  etag: string | null,
  signal: AbortSignal,
): Promise<Report> {
  const headers = { prefer: `wait=${WAIT}`, ...(etag && { 'if-none-match': etag }) };
  const timeout = WAIT * 1000 + TIMEOUT;
  return send('GET', pathOf(sessionId), ticket, PlayerSession, { headers, timeout, signal });
}

/** Takes a seat away: another player's, or one's own, at once or `after` some seconds. Outlives the page. */
export function revokeUser(
  send: Send,
  json: { readonly session_id: string; readonly player_id?: string; readonly after?: number },
  ticket: string | undefined,
  signal?: AbortSignal,
): Promise<unknown> {
  const options = { json, keepalive: true, signal };
  return send('POST', `${SESSIONS}:revoke-user`, ticket, v.unknown(), options);
}

/** Ends the session. Outlives the page. */
export function deleteSession(
  send: Send,
  sessionId: string,
  ticket: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  return send('DELETE', pathOf(sessionId), ticket, v.unknown(), { keepalive: true, signal });
}

const pathOf = (sessionId: string) => `${SESSIONS}/${encodeURIComponent(sessionId)}`;

/** Whether the proxy held the request until there was news. */
export const isHeld = ({ headers }: Report): boolean =>
  /\bwait\b/.test(headers.get('preference-applied') ?? '');

/** What "not found" means for a player who had a seat: the session is gone. */
export function asGone(error: unknown): never {
  throw codeOf(error) === 'not-found'
    ? new RelayError('session-deleted', (error as RelayError).message, error as RelayError)
    : error;
}
