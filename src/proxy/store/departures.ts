import { DEPARTURES_KEPT, END_KEPT, KEPT } from './lifetimes.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';
import type { StoreStep } from './store-step.js';

/**
 * Why a player no longer has a seat. A player who was `kicked` cannot come back. One who `left`, or whose lease has
 * `lapsed`, can join again.
 */
export type Departure = 'left' | 'kicked' | 'lapsed';

/** The score of a kick among the departures, which are sorted by when they are forgotten: after all others. */
const NEVER_FORGOTTEN = Number.MAX_SAFE_INTEGER;

/** Who has gone from which session, and why. A kick holds as long as the session does. */
export class Departures {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Why players have gone, each at their place; `undefined` for those who have not, or may come back as if they had
   * not.
   */
  async of(
    sessionId: string,
    playerIds: readonly string[],
  ): Promise<readonly (Departure | undefined)[]> {
    const kicks = playerIds.map((playerId) => readKick(sessionId, playerId));
    const notes = playerIds.map((playerId) => ['get', noteOf(sessionId, playerId)] as const);
    const found: readonly unknown[] = await this.#store.batch([...kicks, ...notes]);
    return playerIds.map((_, index) =>
      // A kick counts, whatever was noted after it.
      isScoreOfKick(found[index] as number | undefined)
        ? 'kicked'
        : (found[kicks.length + index] as Departure | undefined),
    );
  }

  /** Whether a player was kicked. */
  async isKick(sessionId: string, playerId: string): Promise<boolean> {
    return isScoreOfKick(await this.#store.scoreInSet(setOfDepartures(sessionId), playerId));
  }
}

/** Notes why a player goes, and clears away who may be forgotten: the notes about them expire by themselves. */
export function noteDeparture(sessionId: string, playerId: string, why: Departure): StoreStep[] {
  const departures = setOfDepartures(sessionId);
  const note = noteOf(sessionId, playerId);
  const clear = ['dropDue', departures] as const;
  if (why === 'kicked') {
    const kick = ['addToSet', departures, playerId, NEVER_FORGOTTEN, DEPARTURES_KEPT] as const;
    return [clear, kick, ['set', note, why, KEPT]];
  }
  // The first reason stands. Otherwise a kick could be replaced by a reason that is forgotten after a while.
  return [
    clear,
    ['scheduleIfAbsent', departures, playerId, END_KEPT, DEPARTURES_KEPT],
    ['setIfAbsent', note, why, END_KEPT],
  ];
}

/** Forgets that a player has gone. */
export const forgetDeparture = (sessionId: string, playerId: string) =>
  [
    ['delete', noteOf(sessionId, playerId)],
    ['removeFromSet', setOfDepartures(sessionId), playerId],
  ] as const;

/** Reads how a player has gone who was kicked: see {@link isScoreOfKick}. */
export const readKick = (sessionId: string, playerId: string) =>
  ['scoreInSet', setOfDepartures(sessionId), playerId] as const;

/** Whether the player whose score among the departures this is was kicked. */
export const isScoreOfKick = (score: number | undefined) => score === NEVER_FORGOTTEN;

/** The set of the players who have gone from a session. */
export const setOfDepartures = (sessionId: string) => `departures:${keyOf(sessionId)}`;
const noteOf = (sessionId: string, playerId: string) => `departed:${keyOf(sessionId)}:${playerId}`;
