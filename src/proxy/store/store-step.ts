/**
 * One step of `Store.batch`: what is to be done, and with what. Those that are named like a method of `Store` do the
 * same. The others:
 *
 * - `decrement` takes 1 from a counter that is there and stands above 0.
 * - `addIfAbsent` puts a member into a set unless it is there: then it keeps its score.
 * - `schedule` puts a member into a set that is due in so many milliseconds, by the store's own time.
 * - `scheduleIfAbsent` does so unless the member is there: then it is due when it was.
 * - `dropDue` takes out all members that are due by the store's own time.
 * - `claimDue` returns the members that are due by the store's own time, the first first, as many as `limit` says. Each
 *   of them is due again only `claim` milliseconds later, so that nobody else gets it meanwhile, and comes with the
 *   score that it has from then on: whoever does what is due takes the member out afterwards, with `ifScore`.
 * - `valuesOfSet` returns the members of a set, in order, each with the value under `prefix` and its name, where there
 *   is one.
 *
 * And the conditions. Where one does not hold, the batch ends before it:
 *
 * - `ifAbsent`, `ifPresent`: there is no value under the key, or there is one.
 * - `ifBelow`: the counter is less than `limit`.
 * - `ifClaimed`: the value under the key is `value`. Where there is none, it is set.
 * - `ifScore`: a member of a set has exactly this score.
 * - `ifRoom`: two sets together have fewer members than `limit`, or `member` is in the first already.
 */
export type StoreStep =
  | readonly ['get', key: string]
  | readonly ['set', key: string, value: string, lifetime: number]
  | readonly ['setIfAbsent', key: string, value: string, lifetime: number]
  | readonly ['delete', key: string]
  | readonly ['increment', key: string, lifetime: number]
  | readonly ['decrement', key: string]
  | readonly ['addToSet', set: string, member: string, score: number, lifetime?: number | undefined]
  | readonly [
      'addIfAbsent',
      set: string,
      member: string,
      score: number,
      lifetime?: number | undefined,
    ]
  | readonly ['schedule', set: string, member: string, delay: number, lifetime?: number | undefined]
  | readonly [
      'scheduleIfAbsent',
      set: string,
      member: string,
      delay: number,
      lifetime?: number | undefined,
    ]
  | readonly ['removeFromSet', set: string, member: string]
  | readonly ['scoreInSet', set: string, member: string]
  | readonly ['membersOfSet', set: string]
  | readonly ['valuesOfSet', set: string, prefix: string]
  | readonly ['sizeOfSet', set: string]
  | readonly ['dropDue', set: string]
  | readonly ['claimDue', set: string, limit: number, claim: number]
  | readonly ['publish', channel: string, message: string]
  | readonly ['now']
  | readonly ['ifAbsent', key: string]
  | readonly ['ifPresent', key: string]
  | readonly ['ifBelow', key: string, limit: number]
  | readonly ['ifClaimed', key: string, value: string, lifetime: number]
  | readonly ['ifScore', set: string, member: string, score: number]
  | readonly ['ifRoom', set: string, other: string, limit: number, member: string];

/** What the steps come to. A condition that holds comes to `true`, and a step that only does something to nothing. */
export interface StepResults {
  /** The value, where there is one. */
  readonly get: string | undefined;
  /** Whether the value was set. */
  readonly setIfAbsent: boolean;
  /** Where the counter stands now. */
  readonly increment: number;
  /** The member's score, where it is in the set. */
  readonly scoreInSet: number | undefined;
  /** All members, in order. */
  readonly membersOfSet: string[];
  /** All members that have a value, in order, each with it. */
  readonly valuesOfSet: [member: string, value: string][];
  /** How many members the set has. */
  readonly sizeOfSet: number;
  /** The members that are due, in order, each with its new score. */
  readonly claimDue: [member: string, score: number][];
  /** The store's own time, in milliseconds since 1970. */
  readonly now: number;
}

/** What one step comes to. */
export type StepResult<Step extends StoreStep> = Step[0] extends keyof StepResults
  ? StepResults[Step[0]]
  : unknown;

/** What the steps of a batch come to, each at its place; those that were not done are missing at the end. */
export type BatchResults<Steps extends readonly StoreStep[]> = {
  readonly [Index in keyof Steps]: StepResult<Steps[Index]> | undefined;
};
