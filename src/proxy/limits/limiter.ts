import type { Clock } from '../../common/clock.js';
import { widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import { type Afterwards, LimitChannel, type Store, type StoreStep } from '../store/index.js';
import { type Allowance, allowancesOf } from './allowances.js';
import type { LimitName, Limits } from './default-limits.js';
import { HeldCounts } from './held-counts.js';
import { type Places, Reservations } from './reservations.js';
import { SharedCounts } from './shared-counts.js';
import { Slowdown } from './slowdown.js';
import { readCount } from './stored-counts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** When to try again where all places are taken, in seconds. */
const RETRY_WHEN_FULL = 5;
/** The store's key of the counter of all new guests of an hour. */
const GUESTS = 'guests';
/** How many new guests each instance lets in per second, once there are too many. */
const SLOWED_TO = 20;

/** How often something may be counted in the store under one name. */
interface StoredAllowance extends Allowance {
  /** Which limit it comes from. */
  readonly limitName: LimitName;
  /** The time that it is counted in, in milliseconds. */
  readonly period: number;
}

/**
 * Keeps players to the {@link Limits}. What is rare is counted in the store, for all instances together. Requests, and
 * those that are held, are counted here, and shared with the other instances afterwards.
 */
export class Limiter {
  readonly limits: Limits;
  readonly #store: Store;
  readonly #requests: SharedCounts;
  readonly #held: HeldCounts;
  readonly #guests: Slowdown;
  readonly #reservations: Reservations;

  /** @param held - where held requests are counted, for all instances. */
  constructor(
    limits: Limits,
    store: Store,
    clock: Clock,
    held = new HeldCounts(new LimitChannel(store), clock),
  ) {
    this.limits = limits;
    this.#store = store;
    this.#held = held;
    this.#requests = new SharedCounts('requests', store, clock);
    this.#guests = new Slowdown(SLOWED_TO, clock, 'guestsInTotal');
    this.#reservations = new Reservations(store);
  }

  /**
   * Counts a request for the address that it comes from.
   *
   * @throws {ProxyError} 429.
   */
  countAddress(client: string): void {
    this.#count('requestsPerIp', allowancesOf(client, this.limits.requestsPerIp));
  }

  /**
   * Counts a request for the player who sends it.
   *
   * @throws {ProxyError} 429.
   */
  countPlayer(playerId: string): void {
    const limit = this.limits.requestsPerPlayer;
    this.#count('requestsPerPlayer', [{ name: `player ${playerId}`, limit }]);
  }

  /**
   * Counts a guest who is about to be let in. Where there were too many within an hour, the guest waits for a turn.
   *
   * @param signal - aborted when the guest no longer waits for an answer.
   * @throws {ProxyError} 429.
   */
  async countGuest(client: string, signal: AbortSignal): Promise<void> {
    const { guestsInTotal, guestsPerIp } = this.limits;
    if ((await readCount(this.#store, GUESTS)) >= guestsInTotal) {
      await this.#guests.pass(widestOf(client), signal);
    }
    const networks = this.#networks('guests', client, guestsPerIp, 'guestsPerIp');
    await this.#countInStore(networks, [['increment', GUESTS, HOUR]]);
  }

  /**
   * Counts a *create* for the player and for the address that it comes from.
   *
   * @throws {ProxyError} 429.
   */
  async countCreate(playerId: string, client: string): Promise<void> {
    const { createsPerIp, createsPerPlayer } = this.limits;
    const player = {
      name: `creates:${playerId}`,
      limit: createsPerPlayer,
      limitName: 'createsPerPlayer',
      period: MINUTE,
    } as const;
    const networks = this.#networks('creates-at', client, createsPerIp, 'createsPerIp');
    await this.#countInStore([player, ...networks]);
  }

  /**
   * Does work that gives a player a seat in one more session, which has no players yet.
   *
   * @param taken - the store's set of those in which they have one.
   * @param reservation - names the work, also where another instance does it again.
   * @throws {ProxyError} 429 for a player who has too many.
   */
  addSession<T>(
    playerId: string,
    taken: string,
    reservation: string,
    work: (release: Afterwards) => Promise<T>,
  ): Promise<T> {
    return this.#reservations.during([this.#sessions(playerId, taken, reservation)], work);
  }

  /**
   * Does work that gives a session one more player, and the player one more session.
   *
   * @param taken - the store's sets of the session's players, and of the player's sessions.
   * @throws {ProxyError} 429 for a session that is full, and for a player who has too many.
   */
  addPlayer<T>(
    sessionId: string,
    playerId: string,
    taken: { readonly players: string; readonly sessions: string },
    work: (release: Afterwards) => Promise<T>,
  ): Promise<T> {
    const seats = {
      name: `seats:${sessionId}`,
      limit: this.limits.usersPerSession,
      taken: taken.players,
      reservation: playerId,
      refusal: () => tooMany('The session is full.', RETRY_WHEN_FULL, 'usersPerSession'),
    };
    const sessions = this.#sessions(playerId, taken.sessions, sessionId);
    return this.#reservations.during([seats, sessions], work);
  }

  /**
   * Counts a held request until the function that it returns is called.
   *
   * @throws {ProxyError} 429.
   */
  holdWait(playerId: string): () => void {
    const waits = { name: `wait ${playerId}`, limit: this.limits.waitsPerPlayer };
    if (!this.#held.hasRoom(waits)) {
      const message = 'You are waiting in too many requests at once.';
      throw tooMany(message, RETRY_WHEN_FULL, 'waitsPerPlayer');
    }
    return this.#held.hold(waits);
  }

  /** Refuses all who wait for a turn, and all who would have to wait from now on. */
  close(): void {
    this.#guests.close();
    this.#requests.close();
  }

  /** Counts a request under all these names, or under none if one of them is over its limit. */
  #count(limit: LimitName, allowances: readonly Allowance[]): void {
    if (!this.#requests.hasRoom(allowances)) {
      throw tooMany('Too many requests.', this.#requests.left, limit);
    }
    for (const allowance of allowances) this.#requests.add(allowance);
  }

  #sessions(playerId: string, taken: string, reservation: string): Places {
    return {
      name: `sessions-of:${playerId}`,
      limit: this.limits.sessionsPerPlayer,
      taken,
      reservation,
      refusal: () => {
        const message = 'You are in too many sessions: leave one first.';
        return tooMany(message, RETRY_WHEN_FULL, 'sessionsPerPlayer');
      },
    };
  }

  /**
   * Counts something under all these names, each for a time, or under none if one of them is over its limit.
   *
   * @param more - names that have no limit here.
   */
  async #countInStore(
    allowances: readonly StoredAllowance[],
    more: readonly StoreStep[] = [],
  ): Promise<void> {
    const conditions = allowances.map(({ name, limit }) => ['ifBelow', name, limit] as const);
    const counts = allowances.map(({ name, period }) => ['increment', name, period] as const);
    const { length } = await this.#store.batch([...conditions, ...counts, ...more]);
    const refusing = length < conditions.length ? allowances[length] : undefined;
    if (refusing) throw tooManyOfThisKind(refusing);
  }

  /** What the networks of an address may do of something within an hour. */
  #networks(
    kind: string,
    client: string,
    limitOfOne: number,
    limitName: LimitName,
  ): StoredAllowance[] {
    return allowancesOf(client, limitOfOne).map(({ name, limit }) => ({
      name: `${kind}:${name}`,
      limit,
      limitName,
      period: HOUR,
    }));
  }
}

const tooManyOfThisKind = ({ limitName, period }: StoredAllowance) =>
  tooMany('Too many requests of this kind.', period / 1000, limitName);
