import { TIMEOUT } from '../api/transport.js';
import type { Clock } from '../common/clock.js';
import { LONGEST_TIMER } from './longest-timer.js';

/** A timer that is later than this slept, with its machine or its tab. In milliseconds. */
const LATE = 1_000;

/**
 * Waits for `linkTimeout` milliseconds. If the machine slept meanwhile, it waits for the time of one more request.
 *
 * @param onAwake - Told that it slept: whatever is to be done should be tried now.
 * @param onOver - Told that the time is over.
 * @returns what ends the wait.
 */
export function startLinkDeadline(
  clock: Clock,
  linkTimeout: number,
  onAwake: () => void,
  onOver: () => void,
): () => void {
  let timer: unknown;

  function wait(delay: number, isLast: boolean): void {
    const due = clock.monotonic() + delay;
    timer = clock.setTimeout(() => {
      const hasSlept = clock.monotonic() - due > LATE;
      if (isLast || !hasSlept) return onOver();
      wait(TIMEOUT, true);
      onAwake();
    }, delay);
  }

  wait(Math.min(linkTimeout, LONGEST_TIMER), false);
  return () => clock.clearTimeout(timer);
}
