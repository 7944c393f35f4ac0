import { type Clock, sleep } from '../api/clock.js';
import type { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import type { Retry } from './events.js';

/** How a session is watched. */
export interface WatchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asks the proxy once. */
  readonly ask: () => Promise<PlayerSession>;
  /** Whether news are no longer urgent. */
  readonly isOpen: () => boolean;
  /** Told of each passing failure. */
  readonly onRetry: (retry: Retry) => void;
}

const FIRST_DELAY = 250;
const GROWTH = 1.5;
const LONGEST_DELAY = 2_000;
const DELAY_ONCE_OPEN = 5_000;

/**
 * Yields the session's documents as the proxy answers them, until `signal` is aborted. Passing failures
 * are repeated, obeying what the proxy asks for.
 *
 * @throws {RelayError} a fatal one, or `aborted`.
 */
export async function* watch(options: WatchOptions): AsyncGenerator<PlayerSession, never> {
  const { ask, clock, isOpen, onRetry, signal } = options;
  let delay = FIRST_DELAY;
  let failures = 0;
  for (;;) {
    await sleep(clock, delay * (0.9 + clock.random() * 0.2), signal);
    const backoff = Math.min(delay * GROWTH, LONGEST_DELAY);
    try {
      const session = await ask();
      failures = 0;
      yield session;
      delay = isOpen() ? DELAY_ONCE_OPEN : backoff;
    } catch (error) {
      if (!(error instanceof RelayError && error.retryable)) throw error;
      failures += 1;
      delay = Math.max(backoff, error.retryAfter ?? 0);
      onRetry({ error, attempt: failures, delay });
    }
  }
}
