import { KEPT } from './lifetimes.js';
import { textOf } from './record-text.js';
import type { Seat } from './seat.js';
import { keyOf } from './store-key.js';
import type { StoreStep } from './store-step.js';

export const keyOfSeat = (sessionId: string, playerId: string) =>
  `seat:${keyOf(sessionId)}:${playerId}`;
export const keyOfSession = (sessionId: string) => `session:${keyOf(sessionId)}`;
export const keyOfEnd = (sessionId: string) => `ended:${keyOf(sessionId)}`;

/** The set of a session's players, the host first. */
export const setOfSeats = (sessionId: string) => `seats:${keyOf(sessionId)}`;
/** The set of the sessions in which a player has a seat. */
export const setOfSessions = (playerId: string) => `sessions-of:${playerId}`;

/** Reads all seats of a session, however many there are, as texts. */
export const readSeats = (sessionId: string) =>
  ['valuesOfSet', setOfSeats(sessionId), keyOfSeat(sessionId, '')] as const;

/**
 * Writes a seat down, and all that belongs to it. The host is the first of the players; the others have the order in
 * which they took their seats.
 *
 * @param now - milliseconds since the epoch: the seats are ordered by it.
 */
export function writeSeat(seat: Seat, now: number): StoreStep[] {
  const { playerId, role, sessionId } = seat;
  const set = setOfSeats(sessionId);
  return [
    role === 'server'
      ? ['addToSet', set, playerId, 0, KEPT]
      : ['addIfAbsent', set, playerId, now, KEPT],
    ['addToSet', setOfSessions(playerId), sessionId, now, KEPT],
    ['set', keyOfSeat(sessionId, playerId), textOf(seat), KEPT],
  ];
}
