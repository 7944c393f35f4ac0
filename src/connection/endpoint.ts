import type { PlayerSession, Role } from '../api/player-session.js';
import { isHost, isIpAddress, isPort } from '../common/hosts.js';

/**
 * Where the relay is for this player, and what it asks for: all that the game's netcode needs. Where the studio lets
 * nobody play but by its gateway, all of it is empty or zero but the role: the gateway alone knows the relay.
 */
export interface Endpoint {
  /** `server` for the player who hosts the match, `client` for those who joined it. */
  readonly role: Role;
  /** The relay's host name, or its IP address where it has no name. Nothing else: no scheme, no port, no spaces. */
  readonly host: string;
  /** The relay's IP address, where the service tells it. */
  readonly ip: string | undefined;
  /** The port for this role, 1 to 65535. */
  readonly port: number;
  /** The port's protocol: `UDP`. */
  readonly protocol: string;
  /** `host:port`; an IPv6 address has brackets, `[2001:db8::7]:32001`. */
  readonly link: string;
  /** The session's token: the same for all its players. Unsigned, 32 bits. */
  readonly sessionAuthorizationToken: number;
  /** This player's own token. Unsigned, 32 bits. */
  readonly userAuthorizationToken: number;
}

/** The endpoint that a linked session gives its player; nothing while a part of it is missing, or of no use. */
export function endpointOf(session: PlayerSession): Endpoint | undefined {
  const { gateway, linked, relay, role } = session;
  const { port, protocol = 'UDP' } = relay?.ports?.[role] ?? {};
  const host = relay?.host || relay?.ip;
  const sessionToken = session.authorization_token;
  const userToken = session.session_user?.authorization_token;
  if (linked && gateway && !relay && sessionToken === undefined) return hiddenEndpoint(role);
  if (!linked || !host || !port || sessionToken === undefined || userToken === undefined) {
    return undefined;
  }
  if (flawOf(session)) return undefined;
  return {
    role,
    host,
    ip: isIpAddress(relay?.ip ?? '') ? relay?.ip : undefined,
    port,
    protocol,
    // Not the service's own: nothing but what was checked reaches the game.
    link: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    sessionAuthorizationToken: sessionToken,
    userAuthorizationToken: userToken,
  };
}

/** For a player whose relay is the gateway's to know alone (`RELAIS_GATEWAY_ONLY`). */
function hiddenEndpoint(role: Role): Endpoint {
  return {
    role,
    host: '',
    ip: undefined,
    port: 0,
    protocol: 'UDP',
    link: '',
    sessionAuthorizationToken: 0,
    userAuthorizationToken: 0,
  };
}

/** What makes a linked session's relay useless to its player, in words; nothing where it is fine, or not there yet. */
export function flawOf({ linked, relay, role }: PlayerSession): string | undefined {
  if (!linked || !relay) return undefined;
  const host = relay.host || relay.ip;
  if (host && !isHost(host)) return 'The relay has no valid host.';
  const port = relay.ports?.[role]?.port;
  if (port !== undefined && !isPort(port)) return 'The relay has no valid port.';
  return undefined;
}
