import type { Store } from './store.js';

/** A webhook that comes so soon after another of its session is taken for the same one, in milliseconds. */
const SAME_WITHIN = 5_000;

/**
 * Which webhooks have come lately. The service may send one twice, and anybody who has seen its URL can: only one in
 * five seconds makes the proxy ask for a session's news, at all instances together. The others are answered and do
 * nothing. One that comes later is news: the session has moved to another relay, for instance.
 */
export class RepeatedWebhooks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Whether a webhook is the first of its session for five seconds. Of many that come at once, one is.
   *
   * @param nonce - stands in the webhook's URL, and for one session.
   */
  isFirst(nonce: string): Promise<boolean> {
    return this.#store.setIfAbsent(keyOfWebhook(nonce), '1', SAME_WITHIN);
  }

  /** Forgets it, for the session is over. */
  forget(nonce: string): Promise<void> {
    return this.#store.delete(keyOfWebhook(nonce));
  }
}

const keyOfWebhook = (nonce: string) => `webhook:${nonce}`;
