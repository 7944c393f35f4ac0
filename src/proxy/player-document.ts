import type { PlayerSession } from '../api/player-session.js';
import type { RelaySession, SessionUser, UserAuthorization } from '../api/schemas.js';
import type { Seat } from './tickets.js';

/**
 * What one player may know of a session. It is put together field by field, so that whatever else the
 * service may send, now or later, stays on this side.
 */
export function playerDocument(
  session: RelaySession | UserAuthorization,
  user: SessionUser | undefined,
  seat: Seat,
  ticket: string | undefined,
): PlayerSession {
  return {
    session_id: session.session_id,
    authorization_token: session.authorization_token,
    status: session.status,
    ready: session.ready,
    linked: session.linked,
    error: session.error,
    relay: session.relay,
    session_user: user && {
      ip_address: user.ip_address,
      latitude: user.latitude,
      longitude: user.longitude,
      authorization_token: user.authorization_token,
    },
    role: seat.role,
    player_id: seat.playerId,
    players: undefined,
    join_code: undefined,
    ticket,
  };
}

/** The session user who sits in a seat: by their own token, or, before it is known, the host as the first with their IP. */
export function findUser(session: RelaySession, seat: Seat): SessionUser | undefined {
  const users = session.session_users ?? [];
  if (seat.authorizationToken !== undefined) {
    return users.find((user) => user.authorization_token === seat.authorizationToken);
  }
  return seat.role === 'server' ? users.find((user) => user.ip_address === seat.ip) : undefined;
}
