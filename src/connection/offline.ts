import { listenToPage } from '../common/listen-to-page.js';
import type { Retrier } from './retrier.js';

/** The delay before the next try while the platform says that it is offline, in milliseconds. Some say so wrongly. */
export const OFFLINE_DELAY = 30_000;

/** Whether the platform says that it has no network. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/**
 * Has the retrier try at once when the network is lost, because the request on its way is lost with it, and when the
 * network is back. Until `signal` is aborted.
 */
export function followNetwork(retrier: Retrier, signal: AbortSignal): void {
  const tryNow = () => retrier.tryNow();
  listenToPage({ offline: tryNow, online: tryNow }, signal);
}
