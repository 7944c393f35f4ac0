import { KEPT } from './lifetimes.js';
import { type News, newsOfWire } from './news.js';
import { keyOfEnd, keyOfSession, keyOfWire } from './record-keys.js';
import { ifFirstWebhook } from './repeated-webhooks.js';
import { SessionNames } from './session-names.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';
import type { StoreStep } from './store-step.js';
import { makeClaim, readClaim, type WireClaim, writeClaim } from './wire-claim.js';

/** What watchers are told of sessions, and which process has the newest wire of a seat's channel. */
export class SessionNews extends SessionNames {
  readonly #store: Store;

  constructor(store: Store) {
    super(store);
    this.#store = store;
  }

  /**
   * Tells all watchers of a session that the service has news, unless the session has ended, or another webhook of it
   * came a moment ago.
   *
   * @param nonce - of the webhook's URL.
   * @returns the session, where they were told.
   */
  async tellOfWebhook(nonce: string): Promise<string | undefined> {
    const sessionId = await this.sessionOfNonce(nonce);
    if (sessionId === undefined) return undefined;
    const steps = [
      ['ifAbsent', keyOfEnd(sessionId)],
      ...ifFirstWebhook(nonce),
      this.telling(sessionId, 'refresh'),
    ] as const;
    return (await this.#store.batch(steps)).length === steps.length ? sessionId : undefined;
  }

  /** The step that tells all watchers of a session, for a batch. */
  telling(sessionId: string, news: News): StoreStep {
    return ['publish', channelOf(sessionId), news];
  }

  /** Tells all watchers of a session, in every instance. */
  tell(sessionId: string, news: News): Promise<void> {
    return this.#store.publish(channelOf(sessionId), news);
  }

  /**
   * Hears what watchers are told of a session, until the function that it returns is called.
   *
   * @param onMissed - called when something may have been said that was not heard: then the store must be looked at.
   */
  hear(sessionId: string, listener: (news: News) => void, onMissed: () => void): () => void {
    return this.#store.subscribe(channelOf(sessionId), (news) => listener(news as News), onMissed);
  }

  /** Makes the claim of a process that has just got a wire of a seat's channel. Nobody is told yet. */
  makeClaim(sessionId: string, playerId: string, process: string): Promise<WireClaim> {
    return makeClaim(this.#store, `wires:${keyOf(sessionId)}:${playerId}`, process);
  }

  /** Notes that a process has a wire of a seat's channel, and tells the others: they note a newer one again. */
  async claimWire(sessionId: string, playerId: string, claim: WireClaim): Promise<void> {
    const key = keyOfWire(sessionId, playerId);
    await this.#store.batch([
      ['set', key, writeClaim(claim), KEPT],
      this.telling(sessionId, newsOfWire(playerId, claim)),
      ['ifPresent', keyOfEnd(sessionId)],
      ['delete', key],
    ]);
  }

  /** The claim that was noted last for a seat's wire, where there was ever one. */
  async wireClaim(sessionId: string, playerId: string): Promise<WireClaim | undefined> {
    return readClaim((await this.#store.get(keyOfWire(sessionId, playerId))) ?? '');
  }
}

const channelOf = keyOfSession;
