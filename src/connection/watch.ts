import type { Clock } from '../api/clock.js';
import type { PlayerSession } from '../api/player-session.js';
import type { Retry } from './events.js';
import type { Report } from './player-api.js';
import { delayAfter, type Turns } from './turns.js';

/** How a session is watched. */
export interface WatchOptions {
  readonly clock: Clock;
  readonly turns: Turns;
  /** The `ETag` of the document that is known. */
  readonly etag: string | null;
  /** Asks for the session, to be held until its document is another than the one with this `ETag`. */
  readonly ask: (etag: string | null, signal: AbortSignal) => Promise<Report>;
  /** Whether news are no longer urgent. */
  readonly isOpen: () => boolean;
  /** Told of each passing failure. */
  readonly onRetry: (retry: Retry) => void;
}

/** In milliseconds. */
const LONGEST_DELAY = 2_000;
const LONGEST_DELAY_OPEN = 5_000;
/** An answer that comes sooner was not held, whatever it says, in milliseconds. */
const QUICK = 1_000;
/** As often as this in a row, news may come quickly. */
const QUICK_NEWS = 4;

/**
 * Yields the session's documents as the proxy answers them. A proxy that holds requests is asked again at
 * once; any other, and one that only says so, is polled ever more slowly. Passing failures are repeated.
 *
 * @throws {RelayError} a fatal one, or `aborted`.
 */
export async function* watch(options: WatchOptions): AsyncGenerator<PlayerSession, never> {
  const { ask, clock, isOpen, onRetry, turns } = options;
  let { etag } = options;
  for (let quickAnswers = 0; ; ) {
    const since = clock.now();
    const report = await turns.persist((signal) => ask(etag, signal), onRetry);
    const isNews = report.document && report.etag !== etag;
    if (report.document) {
      etag = report.etag;
      yield report.document;
    }
    if (report.isHeld && clock.now() - since >= QUICK) quickAnswers = 0;
    else if (report.isHeld && isNews && quickAnswers < QUICK_NEWS) quickAnswers++;
    else {
      const longest = isOpen() ? LONGEST_DELAY_OPEN : LONGEST_DELAY;
      await turns.pause(delayAfter(quickAnswers++, longest, clock));
    }
  }
}
