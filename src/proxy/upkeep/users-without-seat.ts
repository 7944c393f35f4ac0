import type { SessionUser } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { findUser } from '../watch/index.js';

/**
 * The tokens of session users whom the service lists although nobody is known to sit in a seat with that token. It may
 * be a kicked player whose token was not revoked, or a player whom the store has forgotten. Each gets a lease, within
 * which the player can come back with a ticket; when it runs out, the token is revoked.
 */
export function tokensWithoutSeat(
  users: readonly SessionUser[],
  seats: readonly Seat[],
): readonly number[] {
  const taken = new Set(seats.map(({ authorizationToken }) => authorizationToken));
  const hostUser = findHostUser(users, seats);
  const tokens: number[] = [];
  for (const user of users) {
    const { authorization_token: token } = user;
    if (user !== hostUser && token !== undefined && !taken.has(token)) tokens.push(token);
  }
  return tokens;
}

/** The host's user. If the host's address is not known, it is the first user, because *create* named the host first. */
function findHostUser(
  users: readonly SessionUser[],
  seats: readonly Seat[],
): SessionUser | undefined {
  const host = seats.find(({ role }) => role === 'server');
  const found = host?.ip ? findUser({ session_users: [...users] }, host, seats) : undefined;
  return found ?? users[0];
}

const MARK = '~';

/** The name under which a session user without a seat holds a lease. No player's id begins in the same way. */
export const strangerOf = (token: number): string => `${MARK}${token}`;

/** The token of a session user without a seat, by the name of the lease's holder; `undefined` for a player. */
export function tokenOfStranger(holder: string): number | undefined {
  return holder.startsWith(MARK) ? Number(holder.slice(MARK.length)) : undefined;
}
