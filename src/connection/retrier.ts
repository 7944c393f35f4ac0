import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import type { Retry } from './events.js';

const FIRST_DELAY = 250;
const GROWTH = 1.5;
/** The longest delay while the player waits for what comes, in milliseconds. */
export const LONGEST_DELAY = 2_000;
/** Some platforms say that they are offline when they are not, in milliseconds. */
const OFFLINE_DELAY = 30_000;
/** What a platform's timers can hold, roughly, in milliseconds: 23 days. */
export const LONGEST_TIMER = 2e9;

/** How long to wait after the nth answer or failure in a row, from 0: 250 ms, ×1.5, at most `longest`. */
export function delayAfter(count: number, longest: number, clock: Clock): number {
  return Math.min(FIRST_DELAY * GROWTH ** count, longest) * (0.8 + clock.random() * 0.2);
}

/**
 * One request, or one pause, at a time. Each can be cut short, so that what was to come is done at once;
 * held back, while the page is put away, or for good.
 */
export interface Turns {
  /** Waits for `delay` milliseconds, or until it is cut short. */
  pause(delay: number): Promise<void>;
  /**
   * Does some work, again when it was cut short, and after passing failures: each time a little later, and
   * never before the time that `Retry-After` named.
   *
   * @throws what the work throws.
   */
  persist<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Does what is to be done at once: cuts a pause short, and asks anew instead of waiting for an answer. */
  interrupt(): void;
  /** Does nothing more until {@link resume}; for ever, where that never comes. */
  hold(): void;
  /** Goes on after {@link hold}. */
  resume(): void;
}

/** @param onRetry - Told of each passing failure. It may throw, to give up. */
export function takeTurns(clock: Clock, onRetry: (retry: Retry) => void): Turns {
  let turn = new AbortController();
  let gate: Promise<void> | undefined;
  let open = () => {};

  const interrupt = () => turn.abort();

  /** Does some work, again when it was cut short. */
  async function take<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      while (gate) await gate;
      turn = new AbortController();
      const { signal } = turn;
      try {
        return await work(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  const pause = (delay: number) =>
    take(
      (signal) =>
        new Promise<void>((resolve) => {
          const timer = clock.setTimeout(resolve, Math.min(delay, LONGEST_TIMER));
          signal.addEventListener('abort', () => {
            clock.clearTimeout(timer);
            resolve();
          });
        }),
    );

  async function persist<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await take(work);
      } catch (error) {
        if (!(error instanceof RelayError && error.retryable)) throw error;
        const isOffline = globalThis.navigator?.onLine === false;
        const { retryAfter = 0 } = error;
        const delay = isOffline ? OFFLINE_DELAY : delayAfter(attempt - 1, LONGEST_DELAY, clock);
        const due = clock.monotonic() + retryAfter;
        const wait = Math.max(delay, retryAfter);
        onRetry({ error, attempt, delay: wait });
        await pause(wait);
        // Some is left if it was cut short, or longer than a timer can hold.
        while (due > clock.monotonic()) await pause(due - clock.monotonic());
      }
    }
  }

  return {
    pause,
    persist,
    interrupt,
    hold() {
      gate ??= new Promise((resolve) => {
        open = resolve;
      });
      interrupt();
    },
    resume() {
      open();
      gate = undefined;
    },
  };
}
