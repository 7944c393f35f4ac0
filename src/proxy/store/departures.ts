import { END_KEPT, KEPT } from './lifetimes.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';

/**
 * Why a player no longer has a seat. A player who was `kicked` cannot come back. One who `left`, or whose lease has
 * `lapsed`, can join again.
 */
export type Departure = 'left' | 'kicked' | 'lapsed';

/** How many old departures are cleared away with each new one. */
const CLEARED_AT_ONCE = 10;
/** The score of a kick among the departures, which are sorted by when they are forgotten: after all others. */
const NEVER_FORGOTTEN = Number.MAX_SAFE_INTEGER;

/** Who has gone from which session, and why. A kick holds as long as the session does. */
export class Departures {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Why a player has gone; `undefined` where they have not, or may come back as if they had not. */
  async of(sessionId: string, playerId: string): Promise<Departure | undefined> {
    // A kick counts, whatever was noted after it.
    if (await this.isKick(sessionId, playerId)) return 'kicked';
    const why = await this.#store.get(noteOf(sessionId, playerId));
    return why as Departure | undefined;
  }

  /** Notes why a player goes. */
  async note(sessionId: string, playerId: string, why: Departure): Promise<void> {
    const departures = setOf(sessionId);
    const now = await this.#store.now();
    for (const old of await this.#store.takeFromSet(departures, now, CLEARED_AT_ONCE)) {
      await this.forget(sessionId, old);
    }
    const note = noteOf(sessionId, playerId);
    if (why === 'kicked') {
      await this.#store.addToSet(departures, playerId, NEVER_FORGOTTEN);
      await this.#store.set(note, why, KEPT);
      return;
    }
    // The first reason stands. Otherwise a kick could be replaced by a reason that is forgotten after a while.
    if (!(await this.#store.setIfAbsent(note, why, END_KEPT))) return;
    if (await this.isKick(sessionId, playerId)) return;
    await this.#store.addToSet(departures, playerId, now + END_KEPT);
  }

  async forget(sessionId: string, playerId: string): Promise<void> {
    await this.#store.batch(forgetDeparture(sessionId, playerId));
  }

  /** Forgets all departures from a session. */
  async forgetAll(sessionId: string): Promise<void> {
    for (const playerId of await this.#store.membersOfSet(setOf(sessionId))) {
      await this.forget(sessionId, playerId);
    }
  }

  /** Whether a player was kicked. */
  async isKick(sessionId: string, playerId: string): Promise<boolean> {
    return isScoreOfKick(await this.#store.scoreInSet(setOf(sessionId), playerId));
  }
}

/** Forgets that a player has gone. */
export const forgetDeparture = (sessionId: string, playerId: string) =>
  [
    ['delete', noteOf(sessionId, playerId)],
    ['removeFromSet', setOf(sessionId), playerId],
  ] as const;

/** Reads how a player has gone who was kicked: see {@link isScoreOfKick}. */
export const readKick = (sessionId: string, playerId: string) =>
  ['scoreInSet', setOf(sessionId), playerId] as const;

/** Whether the player whose score among the departures this is was kicked. */
export const isScoreOfKick = (score: number | undefined) => score === NEVER_FORGOTTEN;

const setOf = (sessionId: string) => `departures:${keyOf(sessionId)}`;
const noteOf = (sessionId: string, playerId: string) => `departed:${keyOf(sessionId)}:${playerId}`;
