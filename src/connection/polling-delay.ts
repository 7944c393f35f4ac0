import type { Clock } from '../common/clock.js';
import { growingDelay } from '../common/growing-delay.js';

/** The longest pause between two polls while the player waits for the relay, in milliseconds. */
const LONGEST_WHILE_WAITING = 2_000;
/** The same once the session is open and news is no longer urgent, in milliseconds. */
const LONGEST_ONCE_OPEN = 5_000;

/**
 * How long to pause before the session is asked for again, where the proxy does not hold requests. In milliseconds.
 *
 * @param count - How many polls in a row there were before, from 0.
 */
export function pollingDelay(count: number, isOpen: boolean, clock: Clock): number {
  return growingDelay(count, isOpen ? LONGEST_ONCE_OPEN : LONGEST_WHILE_WAITING, clock);
}
