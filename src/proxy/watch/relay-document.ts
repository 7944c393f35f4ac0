import type { Relay, RelayPort } from '../../api/schemas.js';
import { isHost, isIpAddress, isPort } from '../../common/hosts.js';

const PORT = /^\d{1,5}$/;
const PROTOCOL = /^[a-z/]{1,16}$/i;

/**
 * The relay as players get to read it. Impossible values are left out: a port that no socket can have, for instance.
 */
export function relayDocument({ ip, host, ports }: Relay) {
  return {
    ip: ipAddress(ip),
    host: host !== undefined && isHost(host) ? host : undefined,
    ports: ports && { server: portDocument(ports.server), client: portDocument(ports.client) },
  };
}

/** The text, where it is an IP address. */
const ipAddress = (text: string | undefined): string | undefined =>
  text !== undefined && isIpAddress(text) ? text : undefined;

function portDocument(given: RelayPort | undefined) {
  if (!given) return given;
  const { port, protocol, link } = given;
  return {
    port: port !== undefined && isPort(port) ? port : undefined,
    protocol: protocol !== undefined && PROTOCOL.test(protocol) ? protocol : undefined,
    link: link !== undefined && isLink(link) ? link : undefined,
  };
}

/** Whether a text is a host and a port with a colon between them. An IPv6 address stands in brackets. */
function isLink(text: string): boolean {
  const colon = text.lastIndexOf(':');
  const host = withoutBrackets(text.slice(0, colon));
  const port = text.slice(colon + 1);
  return isHost(host) && PORT.test(port) && isPort(Number(port));
}

const withoutBrackets = (host: string) => host.replace(/^\[(.*)\]$/, '$1');
