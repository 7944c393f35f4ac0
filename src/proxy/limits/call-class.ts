/**
 * The classes of calls of the relay session API, in the order in which they are served where more calls are wanted than
 * the budget has:
 *
 * - `frees`: *delete* and *revoke-user*, which give back what is billed or taken.
 * - `takes`: *create* and *authorize-user*. A player waits for it.
 * - `announced`: a *get* or *list* that a webhook, a player's relay or a player's own request has caused. A player
 *   waits for it.
 * - `pending`: a *get* or *list* that looks whether sessions are linked by now.
 * - `sweeps`: a *get* or *list* that looks after sessions that are open, or after the account. It is made for nobody in
 *   particular, and can wait.
 */
export const CALL_CLASSES = ['frees', 'takes', 'announced', 'pending', 'sweeps'] as const;

/** The class of a call: see {@link CALL_CLASSES}. */
export type CallClass = (typeof CALL_CLASSES)[number];

/** The class of a call that only asks, a *get* or a *list*: whoever makes it says which. */
export type AskClass = Exclude<CallClass, 'frees' | 'takes'>;
