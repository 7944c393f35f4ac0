import { END_KEPT, KEPT } from './lifetimes.js';
import { keyOfEnd, keyOfJoinCode, keyOfNonce, setOfShared } from './record-keys.js';
import { RepeatedWebhooks } from './repeated-webhooks.js';
import type { SessionRecord } from './session-record.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';

/**
 * What sessions are found by, their nonces and join codes; that they have ended or failed; and which tokens in them
 * more than one player has.
 */
export class SessionNames {
  readonly #store: Store;
  readonly #webhooks: RepeatedWebhooks;

  constructor(store: Store) {
    this.#store = store;
    this.#webhooks = new RepeatedWebhooks(store);
  }

  /** The one session that a nonce stands for: the first that claimed it. */
  async claimNonce(nonce: string, sessionId: string): Promise<string> {
    if (await this.#store.setIfAbsent(keyOfNonce(nonce), sessionId, KEPT)) return sessionId;
    return (await this.#store.get(keyOfNonce(nonce))) ?? sessionId;
  }

  /** The session of each of these nonces, where there is one. */
  async sessionsOfNonces(nonces: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#store.batch(nonces.map((nonce) => ['get', keyOfNonce(nonce)] as const));
  }

  sessionOfNonce(nonce: string): Promise<string | undefined> {
    return this.#store.get(keyOfNonce(nonce));
  }

  /** Claims a join code for a session. Returns whether the code is the session's now, and not that of another. */
  async claimJoinCode(code: string, sessionId: string): Promise<boolean> {
    if (await this.#store.setIfAbsent(keyOfJoinCode(code), sessionId, KEPT)) return true;
    return (await this.#store.get(keyOfJoinCode(code))) === sessionId;
  }

  sessionOfJoinCode(code: string): Promise<string | undefined> {
    return this.#store.get(keyOfJoinCode(code));
  }

  /** Remembers that more than one seat has a token, or may have it. */
  async noteShared(sessionId: string, token: number): Promise<void> {
    await this.#store.addToSet(setOfShared(sessionId), String(token), 0);
  }

  /** Remembers that only one seat has a token after all. */
  async noteOwn(sessionId: string, token: number): Promise<void> {
    await this.#store.removeFromSet(setOfShared(sessionId), String(token));
  }

  async isShared(sessionId: string, token: number): Promise<boolean> {
    const score = await this.#store.scoreInSet(setOfShared(sessionId), String(token));
    return score !== undefined;
  }

  async hasEnded(sessionId: string): Promise<boolean> {
    return (await this.#store.get(keyOfEnd(sessionId))) !== undefined;
  }

  /** Returns whether the caller is the first to learn that a session failed, and so has to log it. */
  claimFailure(sessionId: string): Promise<boolean> {
    return this.#store.setIfAbsent(`failed:${keyOf(sessionId)}`, '1', END_KEPT);
  }

  /** Whether a webhook is the first of its session for a while, and the session is still there. */
  async claimWebhook(nonce: string, sessionId: string): Promise<boolean> {
    if (await this.hasEnded(sessionId)) return false;
    return this.#webhooks.isFirst(nonce);
  }

  /** Forgets which tokens of a session more than one seat had. */
  async forgetShared(sessionId: string): Promise<void> {
    const set = setOfShared(sessionId);
    for (const token of await this.#store.membersOfSet(set)) {
      await this.#store.removeFromSet(set, token);
    }
  }

  /** Forgets the join code of a session that has ended, and its nonce after a day. */
  async forgetNames({ joinCode, nonce, sessionId }: SessionRecord): Promise<void> {
    await this.#store.delete(keyOfJoinCode(joinCode));
    // The nonce may stand for another session, if this one is the second of the same *create*.
    if ((await this.sessionOfNonce(nonce)) !== sessionId) return;
    await this.#store.set(keyOfNonce(nonce), sessionId, END_KEPT);
    await this.#webhooks.forget(nonce);
  }
}
