import { isRelayError, type RelayError } from '../common/relay-error.js';
import { BodyError } from '../http/read-json.js';
import { StoreError } from './store/index.js';

/** Statuses that the proxy refuses a request with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 502 | 503;

/** Why a request is refused, for programs. What each means is in docs/proxy.md and in `/openapi.json`. */
export type RefusalCode =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'revoked'
  | 'not-found'
  | 'conflict'
  | 'in-progress'
  | 'too-large'
  | 'rate-limited'
  | 'internal'
  | 'upstream-refused'
  | 'upstream-unavailable';

/**
 * What was wrong with a login, for the log alone: a 401 says nothing of it, so that nobody learns by trying.
 *
 * - `missing`: no token came. `malformed`: it is no JWT, or one that cannot be read.
 * - `kind`: a token of the proxy's own for something else, or one that nothing here takes for a login. `ticket`: a
 *   ticket that is forged or has expired.
 * - `algorithm`, `key`, `signature`: it is not signed as it must be, or by none of the keys.
 * - `issuer`, `audience`, `time`, `claim`: what it says. `time` is `exp`, which must be there, or `nbf`.
 * - `player-id`, `reserved-name`: the player's id cannot be used, because it begins with `guest-` for instance.
 * - `authenticate`: the studio's own function knows nobody by this request.
 */
export type LoginFault =
  | 'missing'
  | 'malformed'
  | 'kind'
  | 'ticket'
  | 'algorithm'
  | 'key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'time'
  | 'claim'
  | 'player-id'
  | 'reserved-name'
  | 'authenticate';

/** What the log alone gets to read of a refusal. It holds no secret. */
export interface RefusalForLog {
  /** What went wrong, as a sentence, where the studio can do something about it. */
  readonly failure?: string | undefined;
  /** What was wrong with a login. */
  readonly reason?: LoginFault | undefined;
  /** Which limit it is over. */
  readonly limit?: string | undefined;
}

/** A refusal: what the player gets to read, `{ message, code }`. */
export class ProxyError extends Error {
  readonly status: RefusalStatus;
  readonly code: RefusalCode;
  /** When to try again, in seconds from now. */
  readonly retryAfter: number | undefined;
  readonly forLog: RefusalForLog;

  constructor(
    status: RefusalStatus,
    code: RefusalCode,
    message: string,
    retryAfter?: number,
    forLog: RefusalForLog = {},
  ) {
    super(message);
    this.name = 'ProxyError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.forLog = forLog;
  }
}

/** The refusal for a session that is not there, or that the caller may not see. */
export const noSuchSession = () => new ProxyError(404, 'not-found', 'There is no such session.');

/** The refusal for a seat that was taken away. */
export const seatRevoked = () =>
  new ProxyError(403, 'revoked', 'Your seat in this session was taken away.');

/** The refusal, for now, for a ticket whose seat was forgotten and cannot be looked up yet. */
export const seatUnproven = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'Whether your seat is still there shows once the session is linked.',
    1,
  );

/** The refusal, for now, for a request that another instance is still carrying out: it passes. */
export const inProgress = () =>
  new ProxyError(409, 'in-progress', 'The same request is still being carried out.', 1);

/** The refusal, for now, for what the relay service has not done in time. */
export const notDoneYet = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'The relay service has not done it yet. It goes on being tried.',
    1,
  );

/** The refusal for a login that is not valid, or whose player's id cannot be used. */
export const badToken = (forLog: RefusalForLog) =>
  new ProxyError(
    401,
    'unauthorized',
    'The token is not valid for this, or no longer.',
    undefined,
    forLog,
  );

/**
 * The refusal for whoever asks for too much.
 *
 * @param limit - names the limit, for the log and the figures.
 */
export const tooMany = (message: string, retryAfter: number, limit: string) =>
  new ProxyError(429, 'rate-limited', message, Math.max(1, Math.ceil(retryAfter)), { limit });

/**
 * The refusal, for now, for a call of the relay service that would not be made in time, because too many wait before
 * it.
 *
 * @param wait - how long it would have to wait, in milliseconds.
 */
export const lineTooLong = (wait: number) =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'Too many others are waiting for the relay service now.',
    Math.max(1, Math.ceil(wait / 1000)),
  );

/** The refusal, for now, for what the store could not be asked or told. It may be done all the same. */
const storeAway = () =>
  new ProxyError(503, 'upstream-unavailable', 'The proxy cannot reach its memory now.', 1);

/** The refusal for an error that was thrown while a request was answered. */
export function refusalFrom(error: unknown): ProxyError {
  if (error instanceof ProxyError) return error;
  if (isRelayError(error)) return refusalFromUpstream(error);
  if (error instanceof StoreError) return storeAway();
  if (error instanceof BodyError) {
    return error.reason === 'too-large'
      ? new ProxyError(413, 'too-large', error.message, undefined, { limit: 'bodyBytes' })
      : new ProxyError(400, 'bad-request', error.message);
  }
  return new ProxyError(500, 'internal', 'The proxy failed.');
}

/**
 * The refusal for an error of the service. Its own words stay here, for they may hold what this player must not read,
 * other players' addresses for instance.
 */
function refusalFromUpstream(error: RelayError): ProxyError {
  const retryAfter =
    error.retryAfter === undefined ? undefined : Math.ceil(error.retryAfter / 1000);
  switch (error.code) {
    case 'not-found':
      return noSuchSession();
    case 'invalid-request':
      return new ProxyError(400, 'bad-request', error.message);
    case 'bad-request':
      return new ProxyError(400, 'bad-request', 'The relay service refused the request.');
    case 'conflict':
      return new ProxyError(409, 'conflict', 'The session is in no state for this.');
    case 'rate-limited':
    case 'server-error':
    case 'not-json':
    case 'invalid-response':
    case 'network':
    case 'timeout':
    case 'aborted':
      return new ProxyError(
        503,
        'upstream-unavailable',
        'The relay service does not answer now.',
        retryAfter,
      );
    default:
      return new ProxyError(502, 'upstream-refused', 'The relay service refused the proxy.');
  }
}
