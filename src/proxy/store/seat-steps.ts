import { KEPT } from './lifetimes.js';
import { keyOfSeat, keyOfWire, setOfSeats, setOfSessions } from './record-keys.js';
import { textOf } from './record-text.js';
import type { Seat } from './seat.js';
import type { StoreStep } from './store-step.js';

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

/** Forgets a seat, or what is left of one. */
export const forgetSeat = (sessionId: string, playerId: string) =>
  [
    ['removeFromSet', setOfSessions(playerId), sessionId],
    ['delete', keyOfSeat(sessionId, playerId)],
    ['delete', keyOfWire(sessionId, playerId)],
    ['removeFromSet', setOfSeats(sessionId), playerId],
  ] as const;
