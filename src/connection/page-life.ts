import { listenToPage } from '../common/listen-to-page.js';
import type { Farewell } from './reload-grace.js';
import type { Retrier } from './retrier.js';

/**
 * Follows the life of the page: says farewell and stops all requests when it is put away or closed, and goes on when
 * it is back. Until `signal` is aborted.
 *
 * @param farewell - What there is to say at the moment; nothing while the player has no seat.
 */
export function followPage(
  retrier: Retrier,
  farewell: () => Farewell | undefined,
  signal: AbortSignal,
): void {
  listenToPage(
    {
      pagehide(event) {
        // Before anything else: see `Transport.prepare`.
        farewell()?.((event as PageTransitionEvent).persisted);
        retrier.hold();
      },
      pageshow: () => retrier.goOn(),
    },
    signal,
  );
}
