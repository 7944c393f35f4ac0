import * as v from 'valibot';
import { keyOfSession } from './record-keys.js';
import { Seat } from './seat.js';
import { readSeats } from './seat-steps.js';
import { SessionRecord } from './session-record.js';

/** Reads who has a seat, and the session's record. */
export const readRoster = (sessionId: string) =>
  [readSeats(sessionId), ['get', keyOfSession(sessionId)]] as const;

/** A roster from what {@link readRoster} came to. */
export function rosterOf(seats: readonly (readonly [string, string])[], record?: string) {
  return {
    seats: seatsOf(seats),
    joinCode: record === undefined ? undefined : recordOf(record).joinCode,
  };
}

export const recordOf = (text: string): SessionRecord => v.parse(SessionRecord, JSON.parse(text));
export const seatOf = (text: string): Seat => v.parse(Seat, JSON.parse(text));
export const seatsOf = (seats: readonly (readonly [string, string])[]) =>
  seats.map(([, text]) => seatOf(text));
