/**
 * The classes of calls of the relay session API, in the order in which they are served where more calls are wanted than
 * the budget has:
 *
 * - `frees`: *delete* and *revoke-user*, which give back what is billed or taken.
 * - `takes`: *create* and *authorize-user*. A player waits for it.
 * - `announced`: a *get* or *list* that brings news: a webhook or a player's relay has announced them, or who joins or
 *   leaves causes them.
 * - `pending`: a *get* or *list* that looks whether sessions are linked by now.
 * - `reads`: a *get* that a player's own request has caused, for what is known is too old, or nothing. The player waits
 *   for it. After a restart that is one for each session, so it does not go before news.
 * - `sweeps`: a *get* or *list* that looks after sessions that are open, or after the account. It is made for nobody in
 *   particular, and can wait.
 */
export const CALL_CLASSES = ['frees', 'takes', 'announced', 'pending', 'reads', 'sweeps'] as const;

/** The class of a call: see {@link CALL_CLASSES}. */
export type CallClass = (typeof CALL_CLASSES)[number];

/** The class of a call that only asks, a *get* or a *list*: whoever makes it says which. */
export type AskClass = Exclude<CallClass, 'frees' | 'takes'>;

/** Whether a call is served no later than one of another class. */
export const isAsUrgent = (one: CallClass, other: CallClass): boolean =>
  CALL_CLASSES.indexOf(one) <= CALL_CLASSES.indexOf(other);

/** Makes one thing for each class. */
export function byClass<T>(make: () => T): Record<CallClass, T> {
  return Object.fromEntries(CALL_CLASSES.map((each) => [each, make()])) as Record<CallClass, T>;
}
