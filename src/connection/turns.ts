import type { Clock } from '../api/clock.js';
import { RelayError } from '../api/relay-error.js';
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
export class Turns {
  readonly #clock: Clock;
  readonly #onRetry: (retry: Retry) => void;
  #turn = new AbortController();
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;

  /** @param onRetry - Told of each passing failure. It may throw, to give up. */
  constructor(clock: Clock, onRetry: (retry: Retry) => void) {
    this.#clock = clock;
    this.#onRetry = onRetry;
  }

  /**
   * Does some work, again when it was cut short.
   *
   * @throws what the work throws.
   */
  async #take<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      while (this.#gate) await this.#gate;
      this.#turn = new AbortController();
      const { signal } = this.#turn;
      try {
        return await work(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** Waits for `delay` milliseconds, or until it is cut short. */
  pause(delay: number): Promise<void> {
    return this.#take(
      (signal) =>
        new Promise((resolve) => {
          const timer = this.#clock.setTimeout(resolve, Math.min(delay, LONGEST_TIMER));
          signal.addEventListener('abort', () => {
            this.#clock.clearTimeout(timer);
            resolve();
          });
        }),
    );
  }

  /**
   * Does some work, and repeats it after passing failures, each time a little later, and never before the
   * time that `Retry-After` named.
   */
  async persist<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#take(work);
      } catch (error) {
        if (!(error instanceof RelayError && error.retryable)) throw error;
        const isOffline = globalThis.navigator?.onLine === false;
        const { retryAfter = 0 } = error;
        const delay = isOffline
          ? OFFLINE_DELAY
          : delayAfter(attempt - 1, LONGEST_DELAY, this.#clock);
        const due = this.#clock.now() + retryAfter;
        let wait = Math.max(delay, retryAfter);
        this.#onRetry({ error, attempt, delay: wait });
        do {
          await this.pause(wait);
          // Some is left if it was cut short, or longer than a timer can hold.
          wait = due - this.#clock.now();
        } while (wait > 0);
      }
    }
  }

  /** Does what is to be done at once: cuts a pause short, and asks anew instead of waiting for an answer. */
  interrupt(): void {
    this.#turn.abort();
  }

  /** Does nothing more until {@link resume}; for ever, where that never comes. */
  hold(): void {
    this.#gate ??= new Promise((resolve) => {
      this.#open = resolve;
    });
    this.interrupt();
  }

  /** Goes on after {@link hold}. */
  resume(): void {
    this.#open?.();
    this.#gate = undefined;
  }
}
