import { parseUrl } from '../common/parse-url.js';
import type { RelayConnection } from '../connection/relay-connection.js';
import type { WireTarget } from './wire.js';

/** Where a connection's wire leads, by its newest document. */
export function targetOf(relay: RelayConnection): WireTarget {
  return {
    endpoint: () => relay.endpoint,
    gateway(other) {
      const gateway = relay.session?.gateway;
      const url = gateway && parseUrl(other ?? gateway.url, relay.proxyUrl);
      if (!url) return undefined;
      // `https:` becomes `wss:`, `http:` becomes `ws:`.
      url.protocol = url.protocol.replace('http', 'ws');
      return { url: url.href, ticket: gateway.ticket };
    },
  };
}
