import type { PlayerSession, Role } from '../api/player-session.js';

/** Where the relay is for this player, and what it asks for: all that the game's netcode needs. */
export interface Endpoint {
  /** `server` for the player who hosts the match, `client` for those who joined it. */
  readonly role: Role;
  /** The relay's host name, or its IP address where it has no name. */
  readonly host: string;
  /** The relay's IP address, where the service tells it. */
  readonly ip: string | undefined;
  /** The port for this role. */
  readonly port: number;
  /** The port's protocol: `UDP`. */
  readonly protocol: string;
  /** `host:port`. */
  readonly link: string;
  /** The session's token: the same for all its players. Unsigned, 32 bits. */
  readonly sessionAuthorizationToken: number;
  /** This player's own token. Unsigned, 32 bits. */
  readonly userAuthorizationToken: number;
}

/** The endpoint that a linked session gives its player; nothing while a part of it is missing. */
export function endpointOf(session: PlayerSession): Endpoint | undefined {
  const { linked, relay, role } = session;
  const { port, protocol = 'UDP', link } = relay?.ports?.[role] ?? {};
  const host = relay?.host ?? relay?.ip;
  const sessionToken = session.authorization_token;
  const userToken = session.session_user?.authorization_token;
  if (!linked || !host || !port || sessionToken === undefined || userToken === undefined) {
    return undefined;
  }
  return {
    role,
    host,
    ip: relay?.ip,
    port,
    protocol,
    link: link ?? `${host}:${port}`,
    sessionAuthorizationToken: sessionToken,
    userAuthorizationToken: userToken,
  };
}
