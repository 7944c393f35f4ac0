import type { RelaySession, SessionUser } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { ipAddress, relayDocument } from './relay-document.js';

/** What players get to read where the service reports an error. Its own words may name others: the log has them. */
const FAILED = 'The relay service reports that the session failed.';
/** Where a session stands is told in a word or two. */
const STATUS = /^[a-z _-]{1,32}$/i;

/**
 * What all players of a session may know of it. It is put together field by field, so that whatever else the
 * service may send, now or later, stays on this side.
 */
export function sharedDocument(
  session: RelaySession,
  seats: readonly Seat[],
  joinCode: string | undefined,
) {
  const { relay } = session;
  return {
    session_id: session.session_id,
    authorization_token: session.authorization_token,
    status: STATUS.test(session.status) ? session.status : 'Unknown',
    ready: session.ready,
    linked: session.linked,
    error: session.error && FAILED,
    relay: relay && relayDocument(relay),
    players: seats.map(({ playerId, role }) => ({ player_id: playerId, role })),
    join_code: joinCode,
  };
}

/**
 * What one player may know besides: with what they share it makes their `PlayerSession`.
 *
 * @param seats - all of them, this player's included.
 */
export function ownDocument(
  session: RelaySession,
  seat: Seat,
  seats: readonly Seat[],
  ticket: string,
) {
  const user = findUser(session, seat, seats);
  const token = user?.authorization_token ?? seat.authorizationToken;
  return {
    session_user:
      token === undefined
        ? undefined
        : {
            ip_address: ipAddress(user?.ip_address) ?? seat.ip,
            latitude: user?.latitude,
            longitude: user?.longitude,
            authorization_token: token,
          },
    role: seat.role,
    player_id: seat.playerId,
    ticket,
  };
}

/**
 * The session user who sits in a seat: by their own token; the host, before it is known, as the first with
 * their address whose token is nobody else's. Where the service gives each address one user, the
 * host may share it with a joiner from the same address: then it is the first of all, for *create* named them first.
 * So it is where the host's address is not known.
 */
export function findUser(
  session: Pick<RelaySession, 'session_users'>,
  seat: Seat,
  seats: readonly Seat[],
): SessionUser | undefined {
  const users = session.session_users ?? [];
  if (seat.authorizationToken !== undefined) {
    return users.find((user) => user.authorization_token === seat.authorizationToken);
  }
  if (seat.role !== 'server') return undefined;
  const others = seats.filter(({ playerId }) => playerId !== seat.playerId);
  const taken = new Set(others.map(({ authorizationToken }) => authorizationToken));
  const isFree = ({ authorization_token: token }: SessionUser) =>
    token !== undefined && !taken.has(token);
  const [first] = users;
  if (seat.ip === '') return first && isFree(first) ? first : undefined;
  const own = users.find((user) => user.ip_address === seat.ip && isFree(user));
  const isShared = others.some(
    ({ authorizationToken, ip }) =>
      ip === seat.ip &&
      authorizationToken !== undefined &&
      authorizationToken === first?.authorization_token,
  );
  return own ?? (isShared ? first : undefined);
}
