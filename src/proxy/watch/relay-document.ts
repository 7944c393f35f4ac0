import type { Relay, RelayPort } from '../../api/schemas.js';
import { isHost, isIpAddress, isPort } from '../../common/hosts.js';

const PORT = /^\d{1,5}$/;
const PROTOCOL = /^[a-z/]{1,16}$/i;

/** The relay as players get to read it. A part that cannot be one, a port that no socket has for instance, is left out. */
export function relayDocument({ ip, host, ports }: Relay) {
  return {
    ip: ipAddress(ip),
    host: isHost(host ?? '') ? host : undefined,
    ports: ports && { server: portDocument(ports.server), client: portDocument(ports.client) },
  };
}

/** The address, where it is one. */
export const ipAddress = (text: string | undefined): string | undefined =>
  isIpAddress(text ?? '') ? text : undefined;

const portDocument = (port: RelayPort | undefined) =>
  port && {
    port: isPort(port.port ?? 0) ? port.port : undefined,
    protocol: PROTOCOL.test(port.protocol ?? '') ? port.protocol : undefined,
    link: isLink(port.link) ? port.link : undefined,
  };

const withoutBrackets = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

function isLink(text = ''): boolean {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  return isHost(withoutBrackets(text.slice(0, colon))) && PORT.test(port) && isPort(Number(port));
}
