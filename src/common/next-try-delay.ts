import type { Clock } from './clock.js';
import { growingDelay } from './growing-delay.js';

/** The longest delay while the platform has a network, in milliseconds. */
const LONGEST_DELAY = 2_000;
/** The delay while the platform says that it is offline, in milliseconds. Some say so wrongly. */
const OFFLINE_DELAY = 30_000;

/**
 * How long to wait before the next try, in milliseconds.
 *
 * @param tries - How many tries in a row have failed, from 1.
 */
export function nextTryDelay(tries: number, clock: Clock): number {
  const isOffline = globalThis.navigator?.onLine === false;
  return isOffline ? OFFLINE_DELAY : growingDelay(tries - 1, LONGEST_DELAY, clock);
}
