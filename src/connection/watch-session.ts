import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import { flawOf } from './endpoint.js';
import { asGone, getSession, isHeld, type Report } from './player-api.js';
import { pollingDelay } from './polling-delay.js';
import type { Retrier } from './retrier.js';
import type { Seat } from './seat.js';
import type { SendWithTicket } from './send-with-ticket.js';

/** An answer that comes sooner was not held, whatever it says. In milliseconds. */
const QUICK = 1_000;
/** As often as this in a row, news may come quickly. */
const QUICK_NEWS = 4;

/** What watching a session takes. */
export interface WatchOptions {
  readonly seat: Seat;
  readonly send: SendWithTicket;
  readonly retrier: Retrier;
  readonly clock: Clock;
  /** Whether the session is open, so that news is no longer urgent. */
  readonly isOpen: () => boolean;
}

/**
 * Hands each of the session's documents to the seat. A proxy that holds requests is asked again at once; any other, and
 * one that only says that it holds them, is polled ever more slowly. Ends when the retrier is held for good.
 *
 * @param known - The `ETag` of the document that is known, if any.
 * @throws {RelayError} a fatal one.
 */
export async function watchSession(options: WatchOptions, known: string | null): Promise<never> {
  const { clock, isOpen, retrier } = options;
  let etag = known;
  for (let quickAnswers = 0; ; ) {
    const since = clock.monotonic();
    const report = await retrier.persist((signal) => askForNews(options, etag, signal));
    const tag = report.document ? report.headers.get('etag') : etag;
    const isNews = tag !== etag;
    etag = tag;
    if (isHeld(report) && clock.monotonic() - since >= QUICK) quickAnswers = 0;
    else if (isHeld(report) && isNews && quickAnswers < QUICK_NEWS) quickAnswers++;
    else await retrier.pause(pollingDelay(quickAnswers++, isOpen(), clock));
  }
}

async function askForNews(
  { seat, send }: WatchOptions,
  etag: string | null,
  signal: AbortSignal,
): Promise<Report> {
  const report = await send(getSession(seat.sessionId, etag), signal).catch(asGone);
  const { document } = report;
  if (!document) return report;
  seat.receive(document);
  const flaw = flawOf(document);
  // All else that the document tells was told. The relay may be mended, or be another one, by the next try.
  if (flaw) throw new RelayError('invalid-response', flaw, { status: 200 });
  return report;
}
