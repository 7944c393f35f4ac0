import { TIMEOUT } from '../api/transport.js';
import type { Clock } from '../common/clock.js';
import { isRelayError, type RelayError } from '../common/relay-error.js';
import type { Retry } from './events.js';
import { LONGEST_TIMER } from './longest-timer.js';
import { retryDelay } from './retry-delay.js';

/**
 * Does the connection's work in spite of passing failures: one request, or one pause, at a time. What it is doing can
 * be cut short and done anew at once, or held until the page is back.
 */
export class Retrier {
  /** What the try before failed with; nothing once a try succeeded. */
  failure: RelayError | undefined;
  /** Whether the next try is further off than a request may take. */
  isFarOff = false;
  /** Whether it gives up if the next try would be as far off as that. */
  givesUpEarly = false;
  readonly #clock: Clock;
  readonly #onRetry: (retry: Retry) => void;
  /** Cuts short what it is doing. */
  #cut = new AbortController();
  #held: Promise<void> | undefined;
  #letGo = () => {};

  /** @param onRetry - Told of each passing failure. */
  constructor(clock: Clock, onRetry: (retry: Retry) => void) {
    this.#clock = clock;
    this.#onRetry = onRetry;
  }

  /**
   * Does some work, and once more after each passing failure.
   *
   * @throws what the work throws otherwise.
   */
  async persist<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        const result = await this.#do(work);
        this.failure = undefined;
        return result;
      } catch (error) {
        if (!(isRelayError(error) && error.retryable)) throw error;
        await this.#waitAfter(error, tries);
      }
    }
  }

  /** Waits for `delay` milliseconds, or until that is cut short. */
  pause(delay: number): Promise<void> {
    return this.#do(
      (signal) =>
        new Promise<void>((resolve) => {
          const timer = this.#clock.setTimeout(resolve, Math.min(delay, LONGEST_TIMER));
          signal.addEventListener('abort', () => {
            this.#clock.clearTimeout(timer);
            resolve();
          });
        }),
    );
  }

  /** Cuts a pause short, or sends a request anew instead of waiting for its answer. */
  tryNow(): void {
    this.#cut.abort();
  }

  /** Does nothing more until {@link goOn} is called, if it ever is. */
  hold(): void {
    this.#held ??= new Promise((resolve) => {
      this.#letGo = resolve;
    });
    this.tryNow();
  }

  /** Goes on after {@link hold}, with what was to be done. */
  goOn(): void {
    this.#letGo();
    this.#held = undefined;
  }

  /** Does some work, anew each time that it was cut short. */
  async #do<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      while (this.#held) await this.#held;
      this.#cut = new AbortController();
      const { signal } = this.#cut;
      try {
        return await work(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #waitAfter(error: RelayError, attempt: number): Promise<void> {
    const { retryAfter = 0 } = error;
    this.failure = error;
    this.isFarOff = retryAfter > TIMEOUT;
    if (this.isFarOff && this.givesUpEarly) throw error;
    const delay = retryDelay(error, attempt, this.#clock);
    const due = this.#clock.monotonic() + retryAfter;
    this.#onRetry({ error, attempt, delay });
    await this.pause(delay);
    // Some of `Retry-After` is left if the pause was cut short, or is longer than a timer can hold.
    while (due > this.#clock.monotonic()) await this.pause(due - this.#clock.monotonic());
    this.isFarOff = false;
  }
}
