import type { Clock } from '../api/clock.js';
import { tooMany } from './proxy-error.js';
import { Queues } from './queues.js';
import { Reservations } from './reservations.js';
import type { Store } from './store.js';

/** What one player, one address or one session may take. Over a limit the answer is 429, for bodies 413. */
export interface Limits {
  /** Largest body, in bytes. Default: 16384. */
  readonly bodyBytes: number;
  /** Requests per minute and address, counted in each instance. Default: 1200. */
  readonly requestsPerIp: number;
  /** Requests per minute and player, counted in each instance. Default: 300. */
  readonly requestsPerPlayer: number;
  /** Guests per hour and address. Default: 60. */
  readonly guestsPerIp: number;
  /** Unknown join codes and session ids per minute and address. Default: 10. */
  readonly joinMissesPerIp: number;
  /** *create* calls per minute and player. Default: 10. */
  readonly createsPerPlayer: number;
  /** *create* calls per hour and address. Default: 120. */
  readonly createsPerIp: number;
  /** Sessions in which one player has a seat at the same time. Default: 4. */
  readonly sessionsPerPlayer: number;
  /** Players in one session, the host included. Default: 64. */
  readonly usersPerSession: number;
  /** Held requests per player, counted in each instance. Default: 4. */
  readonly waitsPerPlayer: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 16_384,
  requestsPerIp: 1_200,
  requestsPerPlayer: 300,
  guestsPerIp: 60,
  joinMissesPerIp: 10,
  createsPerPlayer: 10,
  createsPerIp: 120,
  sessionsPerPlayer: 4,
  usersPerSession: 64,
  waitsPerPlayer: 4,
};

const MINUTE = 60_000;
/** In seconds. */
const RETRY_WHEN_FULL = 5;

/** Keeps to the {@link Limits}. What every request costs is counted here; what is rare, in the store. */
export class Limiter {
  readonly limits: Limits;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  readonly #byPlayer = new Map<string, number>();
  readonly #waits = new Map<string, number>();
  readonly #guesses = new Queues();
  readonly #reservations: Reservations;
  #windowEnds = 0;

  constructor(limits: Limits, store: Store, clock: Clock) {
    this.limits = limits;
    this.#store = store;
    this.#clock = clock;
    this.#reservations = new Reservations(store, clock);
  }

  /** @throws {ProxyError} 429. */
  countAddress(address: string): void {
    this.#count(this.#byAddress, address, this.limits.requestsPerIp);
  }

  /** @throws {ProxyError} 429. */
  countPlayer(playerId: string): void {
    this.#count(this.#byPlayer, playerId, this.limits.requestsPerPlayer);
  }

  /** @throws {ProxyError} 429. */
  countGuest(address: string): Promise<void> {
    return this.#countInStore(`guests:${address}`, this.limits.guestsPerIp, 60 * MINUTE);
  }

  /** @throws {ProxyError} 429. */
  async countCreate(playerId: string, address: string): Promise<void> {
    const { createsPerIp, createsPerPlayer } = this.limits;
    await this.#countInStore(`creates:${playerId}`, createsPerPlayer, MINUTE);
    await this.#countInStore(`creates-at:${address}`, createsPerIp, 60 * MINUTE);
  }

  /**
   * Looks for what an address names, and counts the guess where there is no such thing. A guess counts as wrong
   * until it is known to be right, and an address has one at a time: many at once get no more tries than one
   * after the other.
   *
   * @throws {ProxyError} 429, once an address has guessed too often.
   */
  guess<T>(address: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.#guesses.run(address, async () => {
      const window = await this.#guessWindow(address);
      const guesses = await this.#store.increment(`guesses:${window}`, 2 * MINUTE);
      const hits = Number((await this.#store.get(`hits:${window}`)) ?? 0);
      if (guesses - hits > this.limits.joinMissesPerIp) {
        throw tooMany('Too many wrong guesses.', MINUTE / 1000);
      }
      let isMiss = false;
      try {
        const found = await look();
        isMiss = found === undefined;
        return found;
      } finally {
        if (!isMiss) await this.#store.increment(`hits:${window}`, 2 * MINUTE);
      }
    });
  }

  /**
   * Does work that gives a player a seat in one more session.
   *
   * @param taken - how many they have a seat in.
   * @param reservation - stands for the work, wherever it is done again.
   * @throws {ProxyError} 429 for a player who has too many.
   */
  addSession<T>(
    playerId: string,
    taken: () => Promise<number>,
    work: () => Promise<T>,
    reservation: string,
  ): Promise<T> {
    const places = { name: `sessions-of:${playerId}`, limit: this.limits.sessionsPerPlayer, taken };
    const refusal = () =>
      tooMany('You are in too many sessions: leave one first.', RETRY_WHEN_FULL);
    return this.#reservations.during(places, refusal, work, reservation);
  }

  /**
   * Does work that gives a session one more player.
   *
   * @param taken - how many it has.
   * @param reservation - stands for the work, wherever it is done again.
   * @throws {ProxyError} 429 for a session that is full.
   */
  addUser<T>(
    sessionId: string,
    taken: () => Promise<number>,
    work: () => Promise<T>,
    reservation: string,
  ): Promise<T> {
    const places = { name: `seats:${sessionId}`, limit: this.limits.usersPerSession, taken };
    const refusal = () => tooMany('The session is full.', RETRY_WHEN_FULL);
    return this.#reservations.during(places, refusal, work, reservation);
  }

  /**
   * Counts a held request until the function that it returns is called.
   *
   * @throws {ProxyError} 429.
   */
  holdWait(playerId: string): () => void {
    const waits = this.#waits.get(playerId) ?? 0;
    if (waits >= this.limits.waitsPerPlayer) {
      throw tooMany('You are waiting in too many requests at once.', RETRY_WHEN_FULL);
    }
    this.#waits.set(playerId, waits + 1);
    return () => {
      const left = (this.#waits.get(playerId) ?? 1) - 1;
      if (left > 0) this.#waits.set(playerId, left);
      else this.#waits.delete(playerId);
    };
  }

  #count(counts: Map<string, number>, key: string, limit: number): void {
    const now = this.#clock.monotonic();
    if (now >= this.#windowEnds) {
      this.#byAddress.clear();
      this.#byPlayer.clear();
      this.#windowEnds = now + MINUTE;
    }
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > limit) throw tooMany('Too many requests.', (this.#windowEnds - now) / 1000);
  }

  /** The minute that began with the address's first guess, as all instances call it. */
  async #guessWindow(address: string): Promise<string> {
    const key = `guessing:${address}`;
    await this.#store.setIfAbsent(key, crypto.randomUUID(), MINUTE);
    return `${address} ${(await this.#store.get(key)) ?? ''}`;
  }

  async #countInStore(key: string, limit: number, window: number): Promise<void> {
    const count = await this.#store.increment(key, window);
    if (count > limit) throw tooMany('Too many requests of this kind.', window / 1000);
  }
}
