import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import { type Allowance, MinuteCounts } from './minute-counts.js';
import { Reservations } from './reservations.js';
import { Slowdown } from './slowdown.js';

/**
 * What one player, one address or one session may take. Over a limit the answer is 429, for bodies 413. An address
 * is an IPv4 address, or an IPv6 network of 64 bits; one of 56 bits may take four times as much, one of 48 bits
 * sixteen times.
 */
export interface Limits {
  /** Largest body, in bytes. Default: 16384. */
  readonly bodyBytes: number;
  /** Requests per minute and address, counted in each instance. Default: 1200. */
  readonly requestsPerIp: number;
  /** Requests per minute and player, counted in each instance. Default: 300. */
  readonly requestsPerPlayer: number;
  /**
   * Calls of the relay session API that a player causes per minute, counted in each instance. What frees something
   * (*delete*, *revoke-user*) counts, and is never refused. Default: 120.
   */
  readonly upstreamCallsPerPlayer: number;
  /** Calls of the relay session API per minute and address, counted likewise. Default: 600. */
  readonly upstreamCallsPerIp: number;
  /** Guests per hour and address. Default: 60. */
  readonly guestsPerIp: number;
  /** Guests per hour in total. Beyond them each instance lets in 20 a second. Default: 36000. */
  readonly guestsInTotal: number;
  /** Unknown join codes and session ids per minute and address. Default: 10. */
  readonly joinMissesPerIp: number;
  /**
   * Unknown join codes and session ids per minute in total. Beyond them each instance answers 20 joins a second, right
   * ones and wrong ones. Default: 600.
   */
  readonly joinMissesInTotal: number;
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
  upstreamCallsPerPlayer: 120,
  upstreamCallsPerIp: 600,
  guestsPerIp: 60,
  guestsInTotal: 36_000,
  joinMissesPerIp: 10,
  joinMissesInTotal: 600,
  createsPerPlayer: 10,
  createsPerIp: 120,
  sessionsPerPlayer: 4,
  usersPerSession: 64,
  waitsPerPlayer: 4,
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** In seconds. */
const RETRY_WHEN_FULL = 5;
/** All guests of an hour, in the store. */
const GUESTS = 'guests';
/** Guests that each instance lets in per second once there are too many. */
const SLOWED_TO = 20;

/** Keeps to the {@link Limits}. What every request costs is counted here; what is rare, in the store. */
export class Limiter {
  readonly limits: Limits;
  readonly #store: Store;
  readonly #requests: MinuteCounts;
  readonly #waits = new Map<string, number>();
  readonly #guests: Slowdown;
  readonly #reservations: Reservations;

  constructor(limits: Limits, store: Store, clock: Clock) {
    this.limits = limits;
    this.#store = store;
    this.#requests = new MinuteCounts(clock);
    this.#guests = new Slowdown(SLOWED_TO, clock);
    this.#reservations = new Reservations(store);
  }

  /** @throws {ProxyError} 429. */
  countAddress(client: string): void {
    const networks = networksOf(client);
    const limit = this.limits.requestsPerIp;
    this.#count(networks.map(({ name, share }) => ({ name, limit: limit * share })));
  }

  /** @throws {ProxyError} 429. */
  countPlayer(playerId: string): void {
    this.#count([{ name: `player ${playerId}`, limit: this.limits.requestsPerPlayer }]);
  }

  /**
   * Counts a guest who is about to be let in. Where there were too many within an hour, they wait for their turn.
   *
   * @param signal - aborted when they no longer wait for an answer.
   * @throws {ProxyError} 429.
   */
  async countGuest(client: string, signal: AbortSignal): Promise<void> {
    const { guestsInTotal, guestsPerIp } = this.limits;
    if (Number((await this.#store.get(GUESTS)) ?? 0) >= guestsInTotal) {
      await this.#guests.pass(widestOf(client), signal);
    }
    await this.#countNetworks('guests', client, guestsPerIp);
    await this.#store.increment(GUESTS, HOUR);
  }

  /** @throws {ProxyError} 429. */
  async countCreate(playerId: string, client: string): Promise<void> {
    const { createsPerIp, createsPerPlayer } = this.limits;
    const creates = await this.#store.increment(`creates:${playerId}`, MINUTE);
    if (creates > createsPerPlayer) throw tooManyOfThisKind(MINUTE);
    await this.#countNetworks('creates-at', client, createsPerIp);
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

  /** Nobody who is slowed down passes any more. */
  close(): void {
    this.#guests.close();
  }

  /** Counts a request, unless one of its counts is full: who is refused counts for nobody, not for neighbours either. */
  #count(allowances: readonly Allowance[]): void {
    if (!this.#requests.hasRoom(allowances)) {
      throw tooMany('Too many requests.', this.#requests.left);
    }
    for (const { name } of allowances) this.#requests.add(name);
  }

  /**
   * Counts something for each network of an address within an hour. Who is refused for one counts for no other. The
   * widest is counted first: whoever has many narrow ones leaves nothing behind for them once it is full.
   */
  async #countNetworks(kind: string, client: string, limit: number): Promise<void> {
    const networks = networksOf(client);
    for (const { name, share } of networks) {
      const count = Number((await this.#store.get(`${kind}:${name}`)) ?? 0);
      if (count >= limit * share) throw tooManyOfThisKind(HOUR);
    }
    for (const { name, share } of [...networks].reverse()) {
      const count = await this.#store.increment(`${kind}:${name}`, HOUR);
      if (count > limit * share) throw tooManyOfThisKind(HOUR);
    }
  }
}

const tooManyOfThisKind = (window: number) =>
  tooMany('Too many requests of this kind.', window / 1000);
