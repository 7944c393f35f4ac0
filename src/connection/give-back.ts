import { TIMEOUT } from '../api/transport.js';
import type { Clock } from '../common/clock.js';
import { codeOf, RelayError, type RelayErrorCode } from '../common/relay-error.js';
import { followNetwork } from './offline.js';
import { deleteSession, revokeUser } from './player-api.js';
import { Retrier } from './retrier.js';
import type { SeatName } from './seat.js';
import type { SendWithTicket } from './send-with-ticket.js';

/** The ends after which the player may still have a seat that is of no use to them. */
const ENDS_WITH_A_SEAT: readonly (RelayErrorCode | undefined)[] = [
  'aborted',
  'link-timeout',
  'session-failed',
];
/** What the proxy says where there is no seat any more. */
const SEAT_IS_GONE: readonly (RelayErrorCode | undefined)[] = ['not-found', 'revoked'];

/** Whether the seat is given back when a match ends like this. */
export const isGivenBackAfter = (end: RelayError): boolean => ENDS_WITH_A_SEAT.includes(end.code);

/**
 * Gives a seat back: the host ends the session, all others leave it.
 *
 * @throws {RelayError} when the proxy could not be told within the time of one request.
 */
export async function giveBack(
  { role, session_id }: SeatName,
  send: SendWithTicket,
  clock: Clock,
): Promise<void> {
  const retrier = new Retrier(clock, () => {});
  const call = role === 'server' ? deleteSession(session_id) : revokeUser({ session_id });
  try {
    await finishSoon(
      retrier,
      retrier.persist((signal) => send(call, signal)),
      clock,
    );
  } catch (error) {
    if (!SEAT_IS_GONE.includes(codeOf(error))) throw error;
  }
}

/**
 * Waits for some work of the retrier's, for the time of one request; what is to take longer is given up. The game's own
 * functions, which may be part of the work, heed no signal.
 *
 * @throws {RelayError} as the work; when the time is over, its last passing failure, or `timeout`.
 */
export function finishSoon(
  retrier: Retrier,
  work: Promise<unknown>,
  clock: Clock,
): Promise<unknown> {
  const end = new AbortController();
  let timer: unknown;
  retrier.givesUpEarly = true;
  followNetwork(retrier, end.signal);
  return new Promise((resolve, reject) => {
    timer = clock.setTimeout(() => {
      const message = `The proxy gave no whole answer within ${TIMEOUT} ms.`;
      reject(retrier.failure ?? new RelayError('timeout', message));
      retrier.hold();
    }, TIMEOUT);
    work.then(resolve, reject);
  }).finally(() => {
    clock.clearTimeout(timer);
    end.abort();
  });
}
