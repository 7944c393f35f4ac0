import { END_KEPT, KEPT } from './lifetimes.js';
import { keyOfEnd, keyOfJoinCode, keyOfNonce, setOfShared } from './record-keys.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';

/**
 * What sessions are found by, their nonces and join codes; that they have ended or failed; and which tokens in them
 * more than one player has.
 */
export class SessionNames {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The one session that a nonce stands for: the first that claimed it. */
  async claimNonce(nonce: string, sessionId: string): Promise<string> {
    return (await this.#claim(keyOfNonce(nonce), sessionId)) ?? sessionId;
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
    return (await this.#claim(keyOfJoinCode(code), sessionId)) === sessionId;
  }

  sessionOfJoinCode(code: string): Promise<string | undefined> {
    return this.#store.get(keyOfJoinCode(code));
  }

  /** Remembers that more than one seat has a token, or may have it, unless the session has ended. */
  async noteShared(sessionId: string, token: number): Promise<void> {
    await this.#store.batch([
      ['ifAbsent', keyOfEnd(sessionId)],
      ['addToSet', setOfShared(sessionId), String(token), 0, KEPT],
    ]);
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

  /** What a key stands for: from now on for this session, where it stood for none. */
  async #claim(key: string, sessionId: string): Promise<string | undefined> {
    const [, claimed] = await this.#store.batch([
      ['setIfAbsent', key, sessionId, KEPT],
      ['get', key],
    ]);
    return claimed;
  }
}
