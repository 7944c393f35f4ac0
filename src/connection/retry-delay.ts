import type { Clock } from '../common/clock.js';
import { growingDelay } from '../common/growing-delay.js';
import type { RelayError } from '../common/relay-error.js';
import { isOffline, OFFLINE_DELAY } from './offline.js';

/** The longest delay that the connection chooses by itself, in milliseconds. */
const LONGEST_DELAY = 2_000;

/**
 * How long to wait before the next try after a passing failure, in milliseconds; never less than `Retry-After` asks.
 *
 * @param tries - How many tries in a row have failed, from 1.
 */
export function retryDelay({ retryAfter = 0 }: RelayError, tries: number, clock: Clock): number {
  const delay = isOffline() ? OFFLINE_DELAY : growingDelay(tries - 1, LONGEST_DELAY, clock);
  return Math.max(delay, retryAfter);
}
