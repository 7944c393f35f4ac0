/**
 * Every reason for which Relais gives up or is refused, in one place.
 *
 * Before a request leaves:
 * - `invalid-url`: the address of the proxy or of the API is no http(s) URL.
 * - `invalid-option`: an option that does not exist, or has the wrong type.
 * - `invalid-request`: an argument that the API's schema forbids; the message names the field.
 * - `invalid-state`: the method makes no sense in the connection's present state.
 *
 * What the server answered:
 * - `bad-request` (400), `unauthorized` (401), `forbidden` (403), `not-found` (404),
 *   `conflict` (409), `in-progress` (409, where the proxy says that the same request is still being carried
 *   out), `rate-limited` (429), `server-error` (5xx), `unexpected-status` (any other status that is no success).
 * - `not-json`: the body is no JSON, an HTML page for instance. To a game, whatever the status is: only the
 *   contract's JSON is the proxy's word. A redirect, too.
 * - `invalid-response`: JSON, but not the document that the API promises; the message names the path. To a
 *   game, a refusal in other JSON than the contract's, too. To `RelayApi`, a body of more than 16 MiB, which
 *   is not read to its end.
 *
 * What happened on the way:
 * - `network`: no connection, or it was lost. `timeout`: no whole answer in time.
 * - `aborted`: the caller's `AbortSignal`, or `leave()`, ended it.
 *
 * What became of the session:
 * - `session-failed`: the service reports an error for the session; it will not recover.
 * - `session-deleted`: the session was ended while the player waited for it.
 * - `revoked`: the player's seat was taken away.
 * - `link-timeout`: the session was not open within `linkTimeout`.
 */
export type RelayErrorCode =
  | 'invalid-url'
  | 'invalid-option'
  | 'invalid-request'
  | 'invalid-state'
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'in-progress'
  | 'rate-limited'
  | 'server-error'
  | 'unexpected-status'
  | 'not-json'
  | 'invalid-response'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'session-failed'
  | 'session-deleted'
  | 'revoked'
  | 'link-timeout';

/** What a {@link RelayError} can carry besides its code and its message. */
export interface RelayErrorDetails {
  /** The HTTP status, where a server answered. */
  readonly status?: number | undefined;
  /** How long the server asks to wait before the next try, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** What was thrown underneath. Never an object that holds a request, a header or a token. */
  readonly cause?: unknown;
}

const PASSING =
  /^(in-progress|rate-limited|server-error|not-json|invalid-response|network|timeout)$/;

/** The one error type of Relais. Its `code` is for programs, its `message` for people. */
export class RelayError extends Error {
  /** The reason, for programs: see {@link RelayErrorCode}. */
  declare readonly code: RelayErrorCode;
  /** Whether the same request may succeed later: a passing failure, not a refusal. */
  declare readonly retryable: boolean;
  /** The HTTP status, where a server answered. */
  declare readonly status: number | undefined;
  /** How long the server asks to wait before the next try, in milliseconds. */
  declare readonly retryAfter: number | undefined;

  constructor(code: RelayErrorCode, message: string, details: RelayErrorDetails = {}) {
    super(message, details);
    this.name = 'RelayError';
    this.code = code;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.retryable = PASSING.test(code) || this.status === 408;
  }
}

/** The code of an error; none where it is another's. */
export function codeOf(error: unknown): RelayErrorCode | undefined {
  return error instanceof RelayError ? error.code : undefined;
}
