import type { Clock } from '../common/clock.js';
import { nextTryDelay } from '../common/next-try-delay.js';
import type { RelayError } from '../common/relay-error.js';

/**
 * How long to wait before the next try after a passing failure, in milliseconds; never less than `Retry-After` asks.
 *
 * @param tries - How many tries in a row have failed, from 1.
 */
export function retryDelay({ retryAfter = 0 }: RelayError, tries: number, clock: Clock): number {
  return Math.max(nextTryDelay(tries, clock), retryAfter);
}
