import { isIP } from 'node:net';
import { describeRelay } from './describe-relay.js';
import type { LeaseRelay } from './relay-lease.js';

/**
 * Relays that exist in name only: plausible ports without sockets, the client's port right after the server's.
 *
 * @param drawPort - draws an even port, other than the `previous` one.
 * @param relayHost - what sessions call their relay's host; else it has the session's name.
 */
export function inventRelays(
  drawPort: (previous: number | undefined) => number,
  relayHost: string | undefined,
): LeaseRelay {
  return async ({ sessionId }, previous) => {
    const server = drawPort(previous?.document.ports?.server?.port);
    const host = relayHost ?? `${sessionId.replace(/-S$/, '')}.relay.localhost`;
    const ip = isIP(host) ? host : '127.0.0.1';
    const close = async () => {};
    const document = describeRelay(ip, host, { server, client: server + 1 });
    return { document, retire: close, close };
  };
}
