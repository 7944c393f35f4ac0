import type { Clock } from '../../common/clock.js';
import { growingDelay } from '../../common/growing-delay.js';
import { isRelayError } from '../../common/relay-error.js';

/** The longest delay before the session is open, in milliseconds: it grows until something changes. */
const LONGEST_WHILE_PENDING = 2_000;
/** The delay once the session is open, where no sweep vouches for it, in milliseconds. */
const ONCE_OPEN = 10_000;

/** Where a session stands, as far as it matters for when to ask for it. */
export interface Standing {
  /** Whether no change is expected soon. */
  readonly isSettled: boolean;
  /** Whether somebody will say when it changes, or no change is expected: then it is asked for less and less often. */
  readonly canWait: boolean;
  /** How often in a row there was no news. */
  readonly asksWithoutNews: number;
  /** Why it could not be asked for last time. */
  readonly failure: unknown;
}

/** How long after it was asked for a session is asked for again, in milliseconds. 0 is as often as can be. */
export function askingDelay(standing: Standing, clock: Clock): number {
  const { asksWithoutNews, canWait, failure, isSettled } = standing;
  const retryAfter = (isRelayError(failure) && failure.retryAfter) || 0;
  if (isSettled) return Math.max(ONCE_OPEN * (0.9 + clock.random() * 0.2), retryAfter);
  if (!canWait && !failure) return 0;
  return Math.max(growingDelay(asksWithoutNews, LONGEST_WHILE_PENDING, clock), retryAfter);
}
