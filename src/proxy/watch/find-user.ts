import type { RelaySession, SessionUser } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';

/**
 * The session user who sits in a seat, as far as the service's document tells. A seat with a token has the user with
 * that token. Only the host's seat can be without one: until the session is linked, nobody tells the host's token.
 *
 * @param seats - all of the session, this one included.
 */
export function findUser(
  { session_users: users = [] }: Pick<RelaySession, 'session_users'>,
  seat: Seat,
  seats: readonly Seat[],
): SessionUser | undefined {
  const { authorizationToken, playerId, role } = seat;
  if (authorizationToken !== undefined) {
    return users.find((user) => user.authorization_token === authorizationToken);
  }
  if (role !== 'server') return undefined;
  const others = seats.filter((other) => other.playerId !== playerId);
  return findHost(users, seat, others);
}

/**
 * The host's user, while the host's token is not known: the first user with the host's address whose token is in no
 * other seat. There may be no such user, because the service can give one user to all who share an address. Then the
 * host shares the first user of all, for *create* named the host first. If the host's address is not known either, only
 * the first user can be the host's.
 */
function findHost(
  users: readonly SessionUser[],
  host: Seat,
  others: readonly Seat[],
): SessionUser | undefined {
  const tokensOfOthers = new Set(others.map(({ authorizationToken }) => authorizationToken));
  const isFree = ({ authorization_token: token }: SessionUser) =>
    token !== undefined && !tokensOfOthers.has(token);
  const [first] = users;
  if (!first) return undefined;
  if (host.ip === '') return isFree(first) ? first : undefined;
  const own = users.find((user) => user.ip_address === host.ip && isFree(user));
  if (own) return own;
  const isShared = others.some(
    ({ authorizationToken: token, ip }) =>
      token !== undefined && token === first.authorization_token && ip === host.ip,
  );
  return isShared ? first : undefined;
}
