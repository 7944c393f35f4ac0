import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import { Afterwards, type Store } from '../store/index.js';
import { allowancesOf } from './allowances.js';
import type { Limits } from './default-limits.js';
import { OneAtATime } from './one-at-a-time.js';
import { Slowdown } from './slowdown.js';
import { readCount } from './stored-counts.js';

/** What {@link WrongJoinCodes} work with. */
export interface WrongJoinCodesOptions {
  readonly limits: Pick<Limits, 'joinMissesInTotal' | 'joinMissesPerIp'>;
  readonly store: Store;
  readonly clock: Clock;
  /** Called for each wrong code or id. Default: nobody is told. */
  readonly onMiss?: () => void;
  /** Called with a sentence for the log when so many came that joins are slowed down. Default: nobody is told. */
  readonly onFlood?: (message: string) => void;
}

const MINUTE = 60_000;
/** The store's key of the counter of all wrong guesses of a minute. */
const MISSES = 'join-misses';
/** Stands for a guess that has to wait for a turn. */
const SLOW = Symbol('slow');
/** How many guesses each instance lets through per second, once too many were wrong. */
const SLOWED_TO = 20;

/**
 * Counts wrong join codes and session ids, for the address that they come from and for all addresses together, so that
 * nobody finds by trying what they were not told.
 */
export class WrongJoinCodes {
  readonly #options: WrongJoinCodesOptions;
  readonly #oneAtATime = new OneAtATime();
  readonly #slowdown: Slowdown;
  #wasSlow = false;

  constructor(options: WrongJoinCodesOptions) {
    this.#options = options;
    this.#slowdown = new Slowdown(SLOWED_TO, options.clock, 'joinMissesInTotal');
  }

  /**
   * Looks for what a player names. A guess counts as wrong until it is known to be right, and an address has one guess
   * at a time: whoever sends many at once gets no more tries than whoever sends one after the other. Once there were
   * too many wrong guesses in all, everybody waits for a turn.
   *
   * @param client - the address that the player asks from.
   * @param signal - aborted when the player no longer waits for an answer.
   * @param look - returns what the player means, or `undefined` where there is no such thing. It gets the steps that
   * are due where there is: the guess then no longer counts.
   * @throws {ProxyError} 429, once an address or one of its networks has guessed too often, and where too many wait.
   */
  async look<T>(
    client: string,
    signal: AbortSignal,
    look: (right: Afterwards) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const address = networksOf(client)[0].name;
    const isCounted = await this.#oneAtATime.run(address, () => this.#tryAtOnce(client, look));
    if (isCounted !== SLOW) return isCounted;
    if (await this.isSlow()) {
      // First, so that a player who is refused anyway does not use up a turn.
      await this.#checkRoom(client);
      await this.#slowdown.pass(widestOf(client), signal);
    }
    return this.#oneAtATime.run(address, async () => {
      await this.#count(client, false);
      return this.#look(client, look);
    });
  }

  /** Whether so many guesses were wrong within a minute that everybody is slowed down, at all instances. */
  async isSlow(): Promise<boolean> {
    const { limits, onFlood, store } = this.#options;
    const isSlow = (await readCount(store, MISSES)) >= limits.joinMissesInTotal;
    if (isSlow && !this.#wasSlow) {
      onFlood?.(
        `More than ${limits.joinMissesInTotal} wrong join codes and session ids came within a minute: ` +
          `somebody may be guessing. Joins are slowed to ${SLOWED_TO} a second.`,
      );
    }
    this.#wasSlow = isSlow;
    return isSlow;
  }

  /** Refuses all who wait for a turn, and all who would have to wait from now on. */
  close(): void {
    this.#slowdown.close();
  }

  /** What is found, or {@link SLOW} where nothing was counted, because there were too many wrong guesses in all. */
  async #tryAtOnce<T>(client: string, look: (right: Afterwards) => Promise<T | undefined>) {
    if (!(await this.#count(client, true))) return SLOW;
    this.#wasSlow = false;
    return this.#look(client, look);
  }

  /** Looks for what was counted as wrong, and counts it no longer if it is found, or if nobody can tell. */
  async #look<T>(
    client: string,
    look: (right: Afterwards) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const steps = this.#counters(client).map(({ name }) => ['decrement', name] as const);
    const right = new Afterwards(this.#options.store, steps);
    let isMiss = false;
    try {
      const found = await look(right);
      isMiss = found === undefined;
      return found;
    } finally {
      if (isMiss) await this.#tellOfMiss();
      else await right.finish();
    }
  }

  /** The counters of the wrong guesses of the address's networks. */
  #counters(client: string) {
    const { joinMissesPerIp } = this.#options.limits;
    return allowancesOf(client, joinMissesPerIp).map(({ name, limit }) => ({
      name: `guesses:${name}`,
      limit,
    }));
  }

  /**
   * Counts a guess for all networks of the address, within the minute that began with the first guess of each. Where
   * one of them has guessed too often, it counts for none.
   *
   * @param unlessSlow - whether it is not to be counted where there were too many wrong guesses in all.
   * @returns whether it is counted.
   * @throws {ProxyError} 429.
   */
  async #count(client: string, unlessSlow: boolean): Promise<boolean> {
    const { limits, store } = this.#options;
    const counters = this.#counters(client);
    const total = unlessSlow ? [['ifBelow', MISSES, limits.joinMissesInTotal] as const] : [];
    const conditions = counters.map(({ name, limit }) => ['ifBelow', name, limit] as const);
    const counts = counters.map(({ name }) => ['increment', name, MINUTE] as const);
    const { length } = await store.batch([...total, ...conditions, ...counts]);
    if (length < total.length) return false;
    if (length < total.length + conditions.length) throw tooManyGuesses();
    return true;
  }

  /** @throws {ProxyError} 429 where one of the address's networks has guessed too often. */
  async #checkRoom(client: string): Promise<void> {
    const conditions = this.#counters(client).map(
      ({ name, limit }) => ['ifBelow', name, limit] as const,
    );
    const { length } = await this.#options.store.batch(conditions);
    if (length < conditions.length) throw tooManyGuesses();
  }

  async #tellOfMiss(): Promise<void> {
    const { onMiss, store } = this.#options;
    onMiss?.();
    await store.increment(MISSES, MINUTE);
  }
}

const tooManyGuesses = () => tooMany('Too many wrong guesses.', MINUTE / 1000, 'joinMissesPerIp');
