import { forgetDeparture, setOfDepartures } from './departures.js';
import { END_KEPT } from './lifetimes.js';
import { keyOfJoinCode, keyOfNonce, keyOfSession, setOfSeats, setOfShared } from './record-keys.js';
import { recordOf } from './record-reading.js';
import { keyOfWebhook } from './repeated-webhooks.js';
import { forgetSeat } from './seat-steps.js';
import type { SessionRecord } from './session-record.js';
import type { StoreStep } from './store-step.js';

/** What the store still holds of a session that has ended. */
export interface SessionRemains {
  readonly record: SessionRecord | undefined;
  /** The players who have a seat. */
  readonly players: readonly string[];
  /** The players who have gone. */
  readonly departed: readonly string[];
  /** The tokens that more than one seat had. */
  readonly shared: readonly string[];
}

/** Reads what is left of a session: see {@link remainsOf}. */
export const readRemains = (sessionId: string) =>
  [
    ['get', keyOfSession(sessionId)],
    ['membersOfSet', setOfSeats(sessionId)],
    ['membersOfSet', setOfDepartures(sessionId)],
    ['membersOfSet', setOfShared(sessionId)],
  ] as const;

/** What {@link readRemains} came to. */
export function remainsOf(
  text: string | undefined,
  players: readonly string[] = [],
  departed: readonly string[] = [],
  shared: readonly string[] = [],
): SessionRemains {
  const record = text === undefined ? undefined : recordOf(text);
  return { record, players, departed, shared };
}

/** Forgets all that is left of a session, but for its nonce: see {@link keepNonce}. */
export function forgetRemains(
  sessionId: string,
  { departed, players, record, shared }: SessionRemains,
): StoreStep[] {
  const seated = new Set([...players, ...(record ? [record.hostId] : [])]);
  return [
    ...[...seated].flatMap((playerId) => forgetSeat(sessionId, playerId)),
    ...departed.flatMap((playerId) => forgetDeparture(sessionId, playerId)),
    ...shared.map((token) => ['removeFromSet', setOfShared(sessionId), token] as const),
    ...(record ? [['delete', keyOfJoinCode(record.joinCode)] as const] : []),
    ['delete', keyOfSession(sessionId)],
  ];
}

/**
 * Keeps a session's nonce for a day, so that its *create* makes no second one. The last steps of a batch: the nonce may
 * stand for another session, if this one is the second of the same *create*.
 */
export const keepNonce = ({ nonce, sessionId }: SessionRecord) =>
  [
    ['ifPresent', keyOfNonce(nonce)],
    ['ifClaimed', keyOfNonce(nonce), sessionId, END_KEPT],
    ['set', keyOfNonce(nonce), sessionId, END_KEPT],
    ['delete', keyOfWebhook(nonce)],
  ] as const;
