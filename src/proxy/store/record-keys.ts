import { keyOf } from './store-key.js';

// Under which key the store keeps what, as far as more than one file or function has to know.

export const keyOfSeat = (sessionId: string, playerId: string) =>
  `seat:${keyOf(sessionId)}:${playerId}`;
export const keyOfSession = (sessionId: string) => `session:${keyOf(sessionId)}`;
/** The process that has a wire of a seat's channel. */
export const keyOfWire = (sessionId: string, playerId: string) =>
  `wire:${keyOf(sessionId)}:${playerId}`;
export const keyOfEnd = (sessionId: string) => `ended:${keyOf(sessionId)}`;

/** The set of a session's players, the host first. */
export const setOfSeats = (sessionId: string) => `seats:${keyOf(sessionId)}`;
/** The set of the sessions in which a player has a seat. */
export const setOfSessions = (playerId: string) => `sessions-of:${playerId}`;
/** The session that a nonce stands for. */
export const keyOfNonce = (nonce: string) => `nonce:${nonce}`;
/** The session that a join code leads to. */
export const keyOfJoinCode = (code: string) => `join-code:${code}`;
/** The set of a session's tokens that more than one seat has. */
export const setOfShared = (sessionId: string) => `shared:${keyOf(sessionId)}`;
