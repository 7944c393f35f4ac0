import { END_KEPT } from './lifetimes.js';
import type { Store } from './store.js';

/**
 * Which webhooks have come already. The service may send one twice, and anybody who has seen its URL can: only the
 * first for a session makes the proxy ask for news, at all instances together. The others are answered and do nothing.
 */
export class RepeatedWebhooks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Whether a webhook is the first of its session. Of many that come at once, one is.
   *
   * @param nonce - stands in the webhook's URL, and for one session.
   */
  isFirst(nonce: string): Promise<boolean> {
    return this.#store.setIfAbsent(keyOfWebhook(nonce), '1', END_KEPT);
  }

  /** Forgets it, for the session is over. */
  forget(nonce: string): Promise<void> {
    return this.#store.delete(keyOfWebhook(nonce));
  }
}

const keyOfWebhook = (nonce: string) => `webhook:${nonce}`;
