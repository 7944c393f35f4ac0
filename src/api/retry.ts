import { RelayError } from '../common/relay-error.js';

/** How many times a request is repeated. */
export const RETRIES = 3;

/** The longest `Retry-After` that is waited for, in milliseconds: as long as one attempt may take. */
export const LONGEST_RETRY_AFTER = 10_000;

/** The first delay in milliseconds; each further one is twice as long. */
const FIRST_DELAY = 300;

/**
 * Whether the same request is worth repeating: after 408, 429, 5xx and lost connections. A connection
 * that falls silent until the timeout counts as lost. Who asks for more patience than there is, gets none.
 */
export function isWorthRetrying(error: Error): boolean {
  if (!(error instanceof RelayError) || !error.retryable) return false;
  return (error.retryAfter ?? 0) <= LONGEST_RETRY_AFTER;
}

/** Whether a failed attempt may have done its work all the same: 408, 429 and 503 say that it did not. */
export function mayHaveWorked(error: Error): boolean {
  if (!(error instanceof RelayError)) return false;
  const { code, status } = error;
  return code === 'network' || code === 'timeout' || (code === 'server-error' && status !== 503);
}

/**
 * How long to wait before a repetition, in milliseconds: what the server asks for, if anything, and on
 * top a delay that grows, half of it by chance, so that clients refused together do not return together.
 *
 * @param count - 1 for the first repetition.
 * @param chance - from 0 (included) to 1 (excluded).
 */
export function retryDelay(error: Error, count: number, chance: number): number {
  const asked = error instanceof RelayError ? (error.retryAfter ?? 0) : 0;
  return asked + FIRST_DELAY * 2 ** (count - 1) * (0.5 + chance / 2);
}
