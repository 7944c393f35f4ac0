import { onAbort } from './on-abort.js';
import { RelayError } from './relay-error.js';

/** The one place that time and chance come from, so that a test can set both. */
export interface Clock {
  /**
   * Milliseconds since the epoch, by the wall clock, which may be set forward or back at any time: for times that
   * others must understand, another instance or this one after a restart.
   */
  now(): number;
  /** Milliseconds since some moment in the past. Never goes back: for all durations and deadlines of this process. */
  monotonic(): number;
  /** Calls `callback` once, after `delay` milliseconds. */
  setTimeout(callback: () => void, delay: number): unknown;
  /** Forgets what {@link Clock.setTimeout} returned. */
  clearTimeout(timer: unknown): void;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
}

/** The platform's own clock and randomness. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  random: () => Math.random(),
};

/**
 * Waits for `delay` milliseconds.
 *
 * @throws {RelayError} `aborted`, as soon as `signal` is; its reason is the `cause`.
 */
export function sleep(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      forget();
      resolve();
    }, delay);
    const forget = onAbort(signal, () => {
      clock.clearTimeout(timer);
      const details = { cause: signal.reason };
      reject(new RelayError('aborted', 'The wait was ended before its time.', details));
    });
  });
}
