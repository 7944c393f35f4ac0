/**
 * What the proxy must remember beyond one request. One instance keeps it in memory; several share it,
 * over Redis for instance: every operation is one command there, or a few lines of script.
 * Every implementation must pass `test/support/store-conformance.ts`.
 */
export interface Store {
  /**
   * Whether what it keeps outlives this process. Where it does not, a player is told that something is done only
   * once the relay service has done it: a plan would end with the process.
   */
  readonly isLasting: boolean;
  /**
   * The store's own time, in milliseconds since the epoch: all instances that share it measure leases on this clock,
   * so that theirs need not agree. It goes on where the store is restarted.
   */
  now(): Promise<number>;
  /** The value, or `undefined` once it has expired or where there never was one. */
  get(key: string): Promise<string | undefined>;
  /** Sets a value that is forgotten after `lifetime` milliseconds, a whole number. A set may have the same name. */
  set(key: string, value: string, lifetime: number): Promise<void>;
  /** Sets it only where there is none. Returns whether it did: of many callers at once, one wins. */
  setIfAbsent(key: string, value: string, lifetime: number): Promise<boolean>;
  /** Forgets a value, if there is one. */
  delete(key: string): Promise<void>;
  /** Adds one to a counter that starts at 0 and is forgotten `lifetime` milliseconds after its first step. Returns the new count. */
  increment(key: string, lifetime: number): Promise<number>;
  /** Puts a member into a sorted set, or moves it. */
  addToSet(set: string, member: string, score: number): Promise<void>;
  /** Takes a member out of a set, if it is there. */
  removeFromSet(set: string, member: string): Promise<void>;
  /** The member's score, or `undefined` where it is not in the set. */
  scoreInSet(set: string, member: string): Promise<number | undefined>;
  /** All members, lowest score first, equal scores by name. */
  membersOfSet(set: string): Promise<string[]>;
  /** How many members a set has; 0 where there is none. */
  sizeOfSet(set: string): Promise<number>;
  /** Removes at most `limit` members whose score is `highest` or less, and returns them: of many callers at once, each member goes to one. */
  takeFromSet(set: string, highest: number, limit: number): Promise<string[]>;
  /** Sends a message to all who are subscribed to the channel now, in every instance. */
  publish(channel: string, message: string): Promise<void>;
  /**
   * Hears a channel until the function that it returns is called: from then on nothing more comes. Over a
   * network it may take a moment before the first message does.
   */
  subscribe(channel: string, listener: (message: string) => void): () => void;
  /** Rejects when the store does not answer. */
  check(): Promise<void>;
  /** Lets go of everything. */
  close(): Promise<void>;
}
