import { listenToPage } from '../common/listen-to-page.js';
import type { Retrier } from './retrier.js';

/**
 * Has the retrier try at once when the network is lost, because the request on its way is lost with it, and when the
 * network is back. Until `signal` is aborted.
 */
export function followNetwork(retrier: Retrier, signal: AbortSignal): void {
  const tryNow = () => retrier.tryNow();
  listenToPage({ offline: tryNow, online: tryNow }, signal);
}
