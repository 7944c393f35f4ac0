import type { Clock } from '../common/clock.js';
import { isHeld, type Report } from './player-api.js';
import { delayAfter, LONGEST_DELAY, type Turns } from './retrier.js';

/** In milliseconds. */
const LONGEST_DELAY_OPEN = 5_000;
/** An answer that comes sooner was not held, whatever it says, in milliseconds. */
const QUICK = 1_000;
/** As often as this in a row, news may come quickly. */
const QUICK_NEWS = 4;

/**
 * Yields the session's documents as the proxy answers them. A proxy that holds requests is asked again at
 * once; any other, and one that only says so, is polled ever more slowly. Passing failures are repeated.
 *
 * @param first - The answer that is there already.
 * @param ask - Asks for the session, to be held until its document is another than the one with this `ETag`.
 * @param isOpen - Whether news are no longer urgent.
 * @throws {RelayError} a fatal one, or that of the turns' end.
 */
export async function* watch(
  turns: Turns,
  clock: Clock,
  first: Report,
  ask: (etag: string | null, signal: AbortSignal) => Promise<Report>,
  isOpen: () => boolean,
): AsyncGenerator<Report, never> {
  let etag = first.headers.get('etag');
  yield first;
  for (let quickAnswers = 0; ; ) {
    const since = clock.monotonic();
    const report = await turns.persist((signal) => ask(etag, signal));
    const tag = report.document ? report.headers.get('etag') : etag;
    const isNews = tag !== etag;
    etag = tag;
    yield report;
    if (isHeld(report) && clock.monotonic() - since >= QUICK) quickAnswers = 0;
    else if (isHeld(report) && isNews && quickAnswers < QUICK_NEWS) quickAnswers++;
    else {
      const longest = isOpen() ? LONGEST_DELAY_OPEN : LONGEST_DELAY;
      await turns.pause(delayAfter(quickAnswers++, longest, clock));
    }
  }
}
