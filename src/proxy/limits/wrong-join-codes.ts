import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import type { Limits } from './limiter.js';
import type { Allowance } from './minute-counts.js';
import { OneAtATime } from './one-at-a-time.js';
import { Slowdown } from './slowdown.js';

/** What {@link WrongJoinCodes} work with. */
export interface WrongJoinCodesOptions {
  readonly limits: Pick<Limits, 'joinMissesInTotal' | 'joinMissesPerIp'>;
  readonly store: Store;
  readonly clock: Clock;
  /** Called for each wrong guess. */
  readonly onMiss?: () => void;
  /** Called when there are so many that joins are slowed down, with a sentence for the log. */
  readonly onFlood?: (message: string) => void;
}

const MINUTE = 60_000;
/** All wrong guesses of a minute, in the store. */
const MISSES = 'join-misses';
/** Guesses that each instance lets through per second while there are too many wrong ones. */
const SLOWED_TO = 20;

/** Looks for what players name, and sees to it that nobody finds what they were not told of by trying. */
export class WrongJoinCodes {
  readonly #options: WrongJoinCodesOptions;
  readonly #queues = new OneAtATime();
  readonly #slowdown: Slowdown;
  #wasSlow = false;

  constructor(options: WrongJoinCodesOptions) {
    this.#options = options;
    this.#slowdown = new Slowdown(SLOWED_TO, options.clock);
  }

  /**
   * Looks for what a player names, and counts the guess where there is no such thing. A guess counts as wrong
   * until it is known to be right, and an address has one at a time: many at once get no more tries than one
   * after the other. Where there were too many wrong ones, whoever's they were, all wait for their turn.
   *
   * @param client - the address that they ask from.
   * @param signal - aborted when they no longer wait for an answer.
   * @throws {ProxyError} 429, once an address or one of its networks has guessed too often, and where too many wait.
   */
  async look<T>(
    client: string,
    signal: AbortSignal,
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (await this.isSlow()) {
      // Who is refused in any case takes nobody's turn.
      await this.#windowsWithRoom(client);
      await this.#slowdown.pass(widestOf(client), signal);
    }
    return this.#queues.run(networksOf(client)[0].name, () => this.#look(client, look));
  }

  /** Whether there were so many wrong guesses within a minute that all are slowed down, at all instances. */
  async isSlow(): Promise<boolean> {
    const { limits, onFlood, store } = this.#options;
    const isSlow = Number((await store.get(MISSES)) ?? 0) >= limits.joinMissesInTotal;
    if (isSlow && !this.#wasSlow) {
      onFlood?.(
        `More than ${limits.joinMissesInTotal} wrong join codes and session ids came within a minute: somebody may be guessing. Joins are slowed to ${SLOWED_TO} a second.`,
      );
    }
    this.#wasSlow = isSlow;
    return isSlow;
  }

  /** Nobody who is slowed down passes any more. */
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
   * The minutes in which the address's networks guess. The widest is the first: whoever has many narrow ones, and is
   * refused for the wide one, leaves nothing behind for them.
   *
   * @throws {ProxyError} 429 where one of them has guessed too often. Who is refused counts for nobody else.
   */
  async #windowsWithRoom(client: string): Promise<readonly Allowance[]> {
    const windows: Allowance[] = [];
    for (const { name, share } of [...networksOf(client)].reverse()) {
      const window = await this.#window(name);
      const limit = this.#options.limits.joinMissesPerIp * share;
      const guesses = Number((await this.#options.store.get(`guesses:${window}`)) ?? 0);
      if (guesses - (await this.#hits(window)) >= limit) throw tooManyGuesses();
      windows.push({ name: window, limit });
    }
    return windows;
  }

  /** The minute that began with the network's first guess, as all instances call it. */
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

  async #hits(window: string): Promise<number> {
    return Number((await this.#options.store.get(`hits:${window}`)) ?? 0);
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
