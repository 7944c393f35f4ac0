import type { BatchResults, StoreStep } from './store-step.js';

/**
 * What the proxy must remember beyond one request. One instance can keep it in memory ({@link MemoryStore}); several
 * instances share one store, over Redis for instance, where every method is one command or a few lines of script.
 *
 * There are three kinds of things in a store, and the names of one kind do not get in the way of another's: the same
 * name may stand for a value and for a set.
 *
 * - **Values**: texts under a key, each with a lifetime. Counters are values, too: `get` reads what `increment` counts.
 * - **Sorted sets**: members, each with a score. A set is there as long as it has members, or until its lifetime is
 *   over, if it was given one.
 * - **Channels**: messages for those who listen at that moment. Nothing of them is kept.
 *
 * Keys, members, values and messages are any strings. Scores are any numbers up to `Number.MAX_SAFE_INTEGER`, with
 * fractions. Every method does all of its work or none, also where several instances call at once. All methods but
 * `subscribe` reject where the store does not answer; the proxy then answers the request with a 503 if it is a
 * {@link StoreError}, otherwise with a 500, and goes on with what it does by itself later.
 *
 * Every implementation must pass `test/support/store-conformance.ts`.
 */
export interface Store {
  /**
   * Whether what the store keeps outlives this process. Where it does, a player is told that something is done as soon
   * as the store knows that it is to be done. Where it does not, such a plan would end with the process, so the player
   * is told only once the relay service has done it.
   */
  readonly isLasting: boolean;

  /**
   * The store's own time, in milliseconds since the epoch. All instances that share the store measure leases on this
   * clock, so that their own need not agree. It goes on where the store is restarted.
   */
  now(): Promise<number>;

  /**
   * Does several steps in one go, one after the other: nothing that anybody else does comes in between, and where one
   * cannot be done, none is. Over a network it is one round trip.
   *
   * @param steps - what is to be done: see {@link StoreStep}.
   * @returns what each step comes to. Where a condition among them does not hold, that step and all after it are
   * missing, and are not done.
   */
  batch<const Steps extends readonly StoreStep[]>(steps: Steps): Promise<BatchResults<Steps>>;

  /** The value under a key; `undefined` where it has expired, or there never was one. */
  get(key: string): Promise<string | undefined>;

  /**
   * Sets a value, and replaces the one that was there, with its lifetime.
   *
   * @param lifetime - after how many milliseconds the value is forgotten: a whole number, 1 or more.
   */
  set(key: string, value: string, lifetime: number): Promise<void>;

  /**
   * Sets a value where there is none. One that is there stays as it is, with its lifetime.
   *
   * @param lifetime - as for {@link Store.set}.
   * @returns whether the value was set. Of many callers at once, exactly one is told `true`.
   */
  setIfAbsent(key: string, value: string, lifetime: number): Promise<boolean>;

  /** Forgets a value, if there is one. A set of the same name stays. */
  delete(key: string): Promise<void>;

  /**
   * Adds 1 to a counter, which starts at 0.
   *
   * @param lifetime - after how many milliseconds the counter is forgotten, a whole number. It holds from the first
   * step: later steps do not prolong it.
   * @returns the new count. Of many callers at once, no two are told the same.
   */
  increment(key: string, lifetime: number): Promise<number>;

  /**
   * Puts a member into a sorted set. One that is there already gets the new score.
   *
   * @param lifetime - after how many milliseconds the whole set is forgotten: a whole number, 1 or more. It is counted
   * anew from each call that names one. Default: no other than the set has, and without one it is not forgotten.
   */
  addToSet(set: string, member: string, score: number, lifetime?: number): Promise<void>;

  /** Takes a member out of a set, if it is there. */
  removeFromSet(set: string, member: string): Promise<void>;

  /** The score of a member; `undefined` where it is not in the set. */
  scoreInSet(set: string, member: string): Promise<number | undefined>;

  /** All members of a set, lowest score first, and equal scores by name. Empty where there is no such set. */
  membersOfSet(set: string): Promise<string[]>;

  /** How many members a set has; 0 where there is none. */
  sizeOfSet(set: string): Promise<number>;

  /** Sends a message to all who listen to the channel now, in every instance, this one included. */
  publish(channel: string, message: string): Promise<void>;

  /**
   * Listens to a channel. Over a network it may take a moment before the first message comes through. A message may be
   * lost: the proxy looks at the store again from time to time.
   *
   * @param listener - called with each message. It does not throw.
   * @param onMissed - called when messages may have been lost, after a connection came back for instance, and those
   * from now on are not. Not called for all listeners at the same moment, for each then reads from the store. It does
   * not throw. A store that loses no message never calls it.
   * @returns a function that stops it. After that call no message comes, and `onMissed` is not called.
   */
  subscribe(
    channel: string,
    listener: (message: string) => void,
    onMissed?: () => void,
  ): () => void;

  /** Resolves where the store answers and takes changes; `GET /readyz` asks for it. */
  check(): Promise<void>;

  /** Lets go of everything. The proxy calls it last when it is closed, and calls nothing after it. */
  close(): Promise<void>;
}
