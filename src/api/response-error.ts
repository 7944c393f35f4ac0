import type { Clock } from './clock.js';
import { RelayError, type RelayErrorCode } from './relay-error.js';

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

/** The error that an answer without success stands for; it keeps the `message` of its `text`, unless that tells the `secret`. */
export function errorFromResponse(
  { headers, status }: Response,
  text: string,
  peer: string,
  secret: string | undefined,
  clock: Clock,
): RelayError {
  let code = CODES[status] ?? (status >= 500 ? 'server-error' : 'unexpected-status');
  let words = '';
  try {
    const { code: reason, message } = JSON.parse(text);
    if (peer === 'proxy' && reason === REASONS[status]) code = reason ?? code;
    if (typeof message === 'string' && !(secret && message.includes(secret))) {
      words = `: ${message}`;
    }
  } catch {
    // A gateway's error page, for instance: the status says enough.
  }
  const retryAfter = parseRetryAfter(headers.get('retry-after') ?? '', clock.now());
  return new RelayError(code, `The ${peer} answered ${status}${words}`, { status, retryAfter });
}

/** `Retry-After`, a number of seconds or an HTTP date, as milliseconds from now; of several, the first. */
function parseRetryAfter(header: string, now: number): number | undefined {
  const [, seconds, date = ''] = /^(\d+)(?:,|$)|^(.*:\d\d GMT)$/.exec(header) ?? [];
  const delay = seconds ? Number(seconds) * 1000 : Date.parse(date) - now;
  // What is no number, and what has passed, is no delay.
  return delay >= 0 ? delay : undefined;
}
