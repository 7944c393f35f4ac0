import * as v from 'valibot';
import { badToken } from '../proxy-error.js';
import { PlayerId } from '../store/index.js';
import { GUEST_PREFIX } from './guests.js';

/**
 * Checks a player's id as a login gives it. An id that does not fit is refused and not changed, because then two
 * players could get the same one.
 *
 * @param source - what gave it, for the log.
 * @throws {ProxyError} 401; the log gets to read why, but not the id.
 */
export function checkLoginId(source: string, id: unknown): string {
  const problem = problemOf(id);
  if (problem === undefined) return id as string;
  const reason = isReserved(id) ? 'reserved-name' : 'player-id';
  throw badToken({ reason, failure: `${source} ${problem}.` });
}

/**
 * Checks a player's id from JSON, which may also be a whole number. One beyond 2^53 is refused: JSON has rounded it,
 * maybe to the id of another player.
 *
 * @throws {ProxyError} 401.
 */
export function checkClaimedId(source: string, id: unknown): string {
  return checkLoginId(source, Number.isSafeInteger(id) ? String(id) : id);
}

function problemOf(id: unknown): string | undefined {
  if (id === undefined || id === null) return 'is missing';
  if (typeof id === 'number') {
    return 'is a number that is not whole, or too large to be read exactly: make it a string';
  }
  if (typeof id !== 'string') return `must be a string, not of the type ${typeof id}`;
  if (isReserved(id)) return `must not begin with "${GUEST_PREFIX}", which is for guests`;
  const { issues, success } = v.safeParse(PlayerId, id);
  return success ? undefined : issues[0].message;
}

const isReserved = (id: unknown) => typeof id === 'string' && id.startsWith(GUEST_PREFIX);
