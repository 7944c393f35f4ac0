import { listenToPage } from '../common/listen-to-page.js';
import type { Farewells } from './reload-grace.js';
import type { Retrier } from './retrier.js';

/**
 * Follows the life of the page: says farewell and stops all requests when it is put away or closed, and goes on when
 * it is back. Until `signal` is aborted.
 *
 * @param farewells - What there is to say at the moment; nothing while the player has no seat.
 */
export function followPage(
  retrier: Retrier,
  farewells: Partial<Farewells>,
  signal: AbortSignal,
): void {
  listenToPage(
    {
      pagehide(event) {
        // Before anything else, and straight: Firefox ends the script of a closing tab at the next call of a function,
        // as soon as it gets to it. Two calls more than these, and every other farewell was lost.
        if ((event as PageTransitionEvent).persisted) farewells.sayCached?.();
        else farewells.sayClosed?.();
        retrier.hold();
      },
      pageshow: () => retrier.goOn(),
    },
    signal,
  );
}
