import type { PlayerSession, Role } from '../api/player-session.js';
import { isHost, isIpAddress, isPort } from '../common/hosts.js';

/**
 * Where the relay is for this player, and what it asks for: all that the game's netcode needs.
 *
 * A studio may let nobody play but by its gateway. Then the gateway alone knows the relay: `host` and `link` are empty,
 * `ip` is `undefined`, `port` and both tokens are 0, and none of them is of any use. A channel needs none of them.
 */
export interface Endpoint {
  /** `server` for the player who hosts the match, `client` for those who joined it. */
  readonly role: Role;
  /**
   * The relay's host name, or its IP address where it has no name. Nothing else: no scheme, no port, no spaces. Empty
   * where the gateway alone knows the relay.
   */
  readonly host: string;
  /** The relay's IP address, where the service tells it. */
  readonly ip: string | undefined;
  /** The port for this role, 1 to 65535; 0 where the gateway alone knows the relay. */
  readonly port: number;
  /** The port's protocol: `UDP`. */
  readonly protocol: string;
  /**
   * `host:port`; an IPv6 address has brackets, `[2001:db8::7]:32001`. Empty where the gateway alone knows the relay.
   */
  readonly link: string;
  /**
   * The session's token: the same for all its players. Unsigned, 32 bits. It may be any number, 0 too; where `host` is
   * empty, the gateway alone knows it.
   */
  readonly sessionAuthorizationToken: number;
  /** This player's own token. Unsigned, 32 bits, and as the session's. */
  readonly userAuthorizationToken: number;
}

/** The endpoint that a linked session gives its player; nothing while a part of it is missing, or of no use. */
export function endpointOf(session: PlayerSession): Endpoint | undefined {
  const { authorization_token: sessionToken, gateway, linked, relay, role } = session;
  const { authorization_token: userToken } = session.session_user ?? {};
  const { port = 0, protocol = 'UDP' } = relay?.ports?.[role] ?? {};
  const host = relay?.host || relay?.ip || '';
  const hasTokens = sessionToken !== undefined && userToken !== undefined;
  const isWhere = host && port && hasTokens && !flawOf(session);
  // The gateway's alone to know. A relay that is only late has a player already.
  const isHidden = gateway && !relay && !session.session_user;
  if (!linked || !(isWhere || isHidden)) return undefined;
  return {
    role,
    host,
    ip: isIpAddress(relay?.ip ?? '') ? relay?.ip : undefined,
    port,
    protocol,
    // Not the service's own: nothing but what was checked reaches the game.
    link: host && (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
    sessionAuthorizationToken: sessionToken ?? 0,
    userAuthorizationToken: userToken ?? 0,
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
