import type { RelaySession, SessionUser } from '../api/schemas.js';
import type { Seat } from './seat.js';

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
    status: session.status,
    ready: session.ready,
    linked: session.linked,
    error: session.error && withoutSecrets(session.error),
    relay: relay && {
      ip: relay.ip,
      host: relay.host,
      ports: relay.ports && {
        server: portDocument(relay.ports.server),
        client: portDocument(relay.ports.client),
      },
    },
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
            ip_address: user?.ip_address ?? seat.ip,
            latitude: user?.latitude,
            longitude: user?.longitude,
            authorization_token: token,
          },
    role: seat.role,
    player_id: seat.playerId,
    ticket,
  };
}

/** URLs, addresses of both kinds, and numbers as long as tokens are. */
const SECRETS =
  /\bhttps?:\/\/\S+|\b\d{1,3}(\.\d{1,3}){3}\b|[\da-f]*:[\da-f]*:([\da-f:.]*[\da-f])?|\d{5,}/gi;

/** Why a session failed is told in the service's words: they may name others, and where the service calls back. */
const withoutSecrets = (text: string) => text.replace(SECRETS, '…');

type Port = NonNullable<NonNullable<RelaySession['relay']>['ports']>['server'];

const portDocument = (port: Port) =>
  port && { port: port.port, protocol: port.protocol, link: port.link };

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
