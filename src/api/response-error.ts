import * as v from 'valibot';
import type { Clock } from './clock.js';
import { RelayError, type RelayErrorCode } from './relay-error.js';
import { ErrorBody } from './schemas.js';

const CODES: Readonly<Record<number, RelayErrorCode>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** The error that an answer without success stands for; it keeps the `message` that came with it, less the `secret`. */
export async function errorFromResponse(
  response: Response,
  peer: string,
  secret: string | undefined,
  clock: Clock,
): Promise<RelayError> {
  const { status } = response;
  let code = CODES[status] ?? (status >= 500 ? 'server-error' : 'unexpected-status');
  const body = v.safeParse(ErrorBody, await response.json().catch(() => undefined));
  let message = `The ${peer} answered ${status}`;
  if (body.success) {
    message += `: ${body.output.message}`;
    if (status === 403 && body.output['code'] === 'revoked') code = 'revoked';
  }
  if (secret) message = message.replaceAll(secret, '[secret]');
  return new RelayError(code, message, {
    status,
    retryAfter: parseRetryAfter(response.headers.get('retry-after'), clock.now()),
  });
}

/** `Retry-After`, a number of seconds or a date, as milliseconds from now. */
function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const delay = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}
