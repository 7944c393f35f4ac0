import type { Clock } from '../common/clock.js';
import { RelayError, type RelayErrorCode } from '../common/relay-error.js';

const CODES: Readonly<Record<number, RelayErrorCode>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** What the proxy tells apart where the status alone does not, by status. */
const REASONS: Readonly<Record<number, RelayErrorCode>> = { 403: 'revoked', 409: 'in-progress' };

/**
 * The error that an answer without success stands for; it keeps the `message` of its `text`, unless that tells
 * the `secret`. Only the contract's JSON is the proxy's word: whatever else refuses stands before it, a gateway
 * in the seconds of a deploy for instance, and that passes.
 */
export function errorFromResponse(
  { headers, status }: Response,
  text: string,
  peer: string,
  base: string,
  secret: string | undefined,
  clock: Clock,
): RelayError {
  const retryAfter = parseRetryAfter(headers.get('retry-after') ?? '', clock.now());
  const details = { status, retryAfter };
  const body = parseJson(text);
  const { code: reason, message } = Object(body);
  const isText = typeof message === 'string';

  let code = CODES[status] ?? (status >= 500 ? 'server-error' : 'unexpected-status');
  let words = isText && !(secret && message.includes(secret)) ? `: ${message}` : '';
  const isProxy = peer === 'proxy';
  if (isProxy && isText && reason === REASONS[status]) code = reason as RelayErrorCode;
  // Of the service's refusals, only "not found" is taken for a fact: that a session is gone.
  const isItsWord = isText && (typeof reason === 'string' || !isProxy);
  const isBelieved = isItsWord || !(isProxy || status === 404);
  if (!isBelieved && !new RelayError(code, '', details).retryable) {
    code = body === undefined ? 'not-json' : 'invalid-response';
    words = ` without its JSON. Is ${base} right?`;
  }
  return new RelayError(code, `The ${peer} answered ${status}${words}`, details);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After`, a number of seconds or an HTTP date, as milliseconds from now; of several, the first. */
function parseRetryAfter(header: string, now: number): number | undefined {
  const [, seconds, date = ''] = /^(\d+)(?:,|$)|^(.*:\d\d GMT)$/.exec(header) ?? [];
  const delay = seconds ? Number(seconds) * 1000 : Date.parse(date) - now;
  // What is no number, and what has passed, is no delay.
  return delay >= 0 ? delay : undefined;
}
