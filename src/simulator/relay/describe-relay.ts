import { isIP } from 'node:net';
import type { Relay } from '../../api/schemas.js';

/** The ports of a relay: `server` is for the player who hosts the match, `client` for all others. */
export interface RelayPorts {
  readonly server: number;
  readonly client: number;
}

/** A relay as the API's documents show it: where it is, and which port is for whom. */
export function describeRelay(ip: string, host: string, ports: RelayPorts): Relay {
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  const describePort = (port: number) => ({ port, protocol: 'UDP', link: `${authority}:${port}` });
  return {
    ip,
    host,
    ports: { server: describePort(ports.server), client: describePort(ports.client) },
  };
}
