import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import { type Allowance, allowancesOf } from './allowances.js';
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
    this.#slowdown = new Slowdown(SLOWED_TO, options.clock);
  }

  /**
   * Looks for what a player names. A guess counts as wrong until it is known to be right, and an address has one guess
   * at a time: whoever sends many at once gets no more tries than whoever sends one after the other. Once there were
   * too many wrong guesses in all, everybody waits for a turn.
   *
   * @param client - the address that the player asks from.
   * @param signal - aborted when the player no longer waits for an answer.
   * @param look - returns what the player means, or `undefined` where there is no such thing.
   * @throws {ProxyError} 429, once an address or one of its networks has guessed too often, and where too many wait.
   */
  async look<T>(
    client: string,
    signal: AbortSignal,
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (await this.isSlow()) {
      // First, so that a player who is refused anyway does not use up a turn.
      await this.#windowsWithRoom(client);
      await this.#slowdown.pass(widestOf(client), signal);
    }
    return this.#oneAtATime.run(networksOf(client)[0].name, () => this.#look(client, look));
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

  async #look<T>(client: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const windows = await this.#windowsWithRoom(client);
    const counted: string[] = [];
    let isMiss = false;
    try {
      for (const { name, limit } of windows) {
        counted.push(name);
        if ((await this.#countGuess(name)) > limit) throw tooManyGuesses();
      }
      const found = await look();
      isMiss = found === undefined;
      return found;
    } finally {
      if (isMiss) await this.#tellOfMiss();
      else for (const name of counted) await this.#countHit(name);
    }
  }

  /**
   * The minutes in which the guesses of the address's networks are counted. The widest network comes first, so that its
   * many narrow networks leave no counters behind once it is full.
   *
   * @throws {ProxyError} 429 where one of them has guessed too often. Then nothing is counted.
   */
  async #windowsWithRoom(client: string): Promise<readonly Allowance[]> {
    const { limits, store } = this.#options;
    const windows: Allowance[] = [];
    for (const { name, limit } of allowancesOf(client, limits.joinMissesPerIp).reverse()) {
      const window = await this.#window(name);
      const guesses = await readCount(store, `guesses:${window}`);
      if (guesses - (await this.#hits(window)) >= limit) throw tooManyGuesses();
      windows.push({ name: window, limit });
    }
    return windows;
  }

  /** The name, for all instances, of the minute that began with the network's first guess. */
  async #window(network: string): Promise<string> {
    const { store } = this.#options;
    const key = `guessing:${network}`;
    await store.setIfAbsent(key, crypto.randomUUID(), MINUTE);
    return `${network} ${(await store.get(key)) ?? ''}`;
  }

  /** Returns how many guesses are not known to be right. */
  async #countGuess(window: string): Promise<number> {
    const guesses = await this.#options.store.increment(`guesses:${window}`, 2 * MINUTE);
    return guesses - (await this.#hits(window));
  }

  /** How many guesses turned out to be right. */
  #hits(window: string): Promise<number> {
    return readCount(this.#options.store, `hits:${window}`);
  }

  async #countHit(window: string): Promise<void> {
    await this.#options.store.increment(`hits:${window}`, 2 * MINUTE);
  }

  async #tellOfMiss(): Promise<void> {
    const { onMiss, store } = this.#options;
    onMiss?.();
    await store.increment(MISSES, MINUTE);
  }
}

const tooManyGuesses = () => tooMany('Too many wrong guesses.', MINUTE / 1000);
