import { listenToPage } from './listen-to-page.js';
import type { Retrier } from './retrier.js';

/** The delay before the next try while the platform says that it is offline, in milliseconds: some say so wrongly. */
export const OFFLINE_DELAY = 30_000;

/** Whether the platform says that it has no network. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/**
 * Tries at once when the network is lost, for so is what was on its way, and when it is back. Until `signal` is
 * aborted.
 */
export function followNetwork(retrier: Retrier, signal: AbortSignal): void {
  const tryNow = () => retrier.tryNow();
  listenToPage({ offline: tryNow, online: tryNow }, signal);
}
