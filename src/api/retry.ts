import type { BeforeRetryHook, RetryOptions } from 'ky';
import { type Clock, sleep } from '../common/clock.js';
import { isRelayError } from '../common/relay-error.js';

// When `RelayApi` repeats a request, and how long it waits before that. ky counts and repeats by these rules. The
// waiting is done here, because ky waits, and reads `Retry-After`, by the platform's clock.

/** The longest `Retry-After` that is waited for, in milliseconds: as long as one try may take by default. */
export const LONGEST_RETRY_AFTER = 10_000;

/** The first delay in milliseconds; each further one is twice as long. */
const FIRST_DELAY = 300;

/** What ky repeats. */
export const RETRY: RetryOptions = {
  limit: 3,
  methods: ['get', 'delete'],
  shouldRetry: ({ error }) => isWorthRetrying(error),
  // `waitBeforeRetry` waits.
  delay: () => 0,
};

/** Waits before a repetition, on the clock. */
export const waitBeforeRetry =
  (clock: Clock, signal: AbortSignal): BeforeRetryHook =>
  async ({ error, retryCount }) => {
    await sleep(clock, retryDelay(error, retryCount, clock.random()), signal);
  };

/**
 * Whether the same request is worth repeating: after 408, 429, 5xx and lost connections. A connection that falls silent
 * until the timeout counts as lost. After a `Retry-After` that is too long, the request is not repeated.
 */
function isWorthRetrying(error: unknown): boolean {
  if (!isRelayError(error) || !error.retryable) return false;
  return (error.retryAfter ?? 0) <= LONGEST_RETRY_AFTER;
}

/** Whether a try that failed may have done its work all the same: 408, 429 and 503 say that it did not. */
export function mayHaveWorked(error: unknown): boolean {
  if (!isRelayError(error)) return false;
  if (error.code === 'server-error') return error.status !== 503;
  return error.code === 'network' || error.code === 'timeout';
}

/**
 * How long to wait before a repetition, in milliseconds: what the server asks for, if anything, and a delay on top. The
 * delay grows, and half of it is random, so that clients that were refused together do not come back together.
 *
 * @param count - 1 for the first repetition.
 * @param chance - from 0 (included) to 1 (excluded).
 */
function retryDelay(error: unknown, count: number, chance: number): number {
  const asked = isRelayError(error) ? (error.retryAfter ?? 0) : 0;
  return asked + FIRST_DELAY * 2 ** (count - 1) * (0.5 + chance / 2);
}
