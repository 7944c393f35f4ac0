import { isIP } from 'node:net';
import type { Relay } from '../../api/schemas.js';
import { openUdpRelay, type RelayPeersOptions, type UdpRelayOptions } from '../relay/index.js';
import type { Draw } from './draw.js';

/** A relay that a session has: what the API shows of it, and how to give it back. */
export interface RelayLease {
  readonly document: Relay;
  /** The session is over: the relay tells its peers so for a while, and is given back. */
  retire(): Promise<void>;
  /** Gives it back at once. */
  close(): Promise<void>;
}

/** What a relay needs to know of its session. */
export type RelayOwner = Pick<RelayPeersOptions, 'sessionAuthorizationToken' | 'isAuthorized'> & {
  readonly sessionId: string;
};

/** Gives a session a relay, other than the `previous` one. */
export type LeaseRelay = (owner: RelayOwner, previous?: RelayLease) => Promise<RelayLease>;

/** Relays that forward UDP, on free ports of `address`; `host` is what sessions call them, else their IP address. */
export function leaseUdpRelays(
  address: string,
  host: string | undefined,
  options: Omit<UdpRelayOptions, 'sessionAuthorizationToken' | 'isAuthorized'>,
): LeaseRelay {
  return async ({ sessionAuthorizationToken, isAuthorized }) => {
    const udp = await openUdpRelay(address, {
      ...options,
      sessionAuthorizationToken,
      isAuthorized,
    });
    const { server, client } = udp.ports;
    const ip = host && isIP(host) ? host : dialable(udp.address);
    const { retire, close } = udp;
    return { document: describe(ip, host ?? ip, server, client), retire, close };
  };
}

/** Relays that are there in name only: plausible ports without a socket. */
export function inventRelays(draw: Draw, relayHost: string | undefined): LeaseRelay {
  return async ({ sessionId }, previous) => {
    const port = draw.port(previous?.document.ports?.server?.port);
    const host = relayHost ?? `${sessionId.replace(/-S$/, '')}.relay.localhost`;
    const ip = isIP(host) ? host : '127.0.0.1';
    const close = async () => {};
    return { document: describe(ip, host, port, port + 1), retire: close, close };
  };
}

function describe(ip: string, host: string, server: number, client: number): Relay {
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  const describePort = (port: number) => ({ port, protocol: 'UDP', link: `${authority}:${port}` });
  return { ip, host, ports: { server: describePort(server), client: describePort(client) } };
}

/** Who listens on all addresses can be reached on the loopback one. */
function dialable(address: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
}
