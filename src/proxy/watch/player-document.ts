import type { RelaySession } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { findUser } from './find-user.js';
import { ipAddress, relayDocument } from './relay-document.js';

/**
 * What players read where the service reports an error. Its own words may name other players: only the log has them.
 */
const FAILED = 'The relay service reports that the session failed.';
/** A status that players may read: a word or two. Anything else might hold what they must not read. */
const STATUS = /^[a-z _-]{1,32}$/i;

/**
 * The part of a session's document that all its players get to read. It is put together field by field: whatever else
 * the service sends, now or later, stays on this side.
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
 * The part of a session's document that only the player in this seat gets to read. Together with the part that all
 * share it is their `PlayerSession`.
 *
 * @param seats - all of the session, this one included.
 */
export function ownDocument(
  session: RelaySession,
  seat: Seat,
  seats: readonly Seat[],
  ticket: string,
) {
  return {
    session_user: userDocument(session, seat, seats),
    role: seat.role,
    player_id: seat.playerId,
    ticket,
  };
}

/** The player's own session user; `undefined` as long as their token is not known. */
function userDocument(session: RelaySession, seat: Seat, seats: readonly Seat[]) {
  const user = findUser(session, seat, seats);
  const token = user?.authorization_token ?? seat.authorizationToken;
  if (token === undefined) return undefined;
  return {
    ip_address: ipAddress(user?.ip_address) ?? seat.ip,
    latitude: user?.latitude,
    longitude: user?.longitude,
    authorization_token: token,
  };
}
