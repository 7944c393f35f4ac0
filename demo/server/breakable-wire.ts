import type { Gateway } from '../../src/gateway/index.js';
import { type Listener, type ListenOptions, listen } from '../../src/http/listen.js';
import type { RelayProxy } from '../../src/proxy/relay-proxy.js';
import { BreakableChannels } from './breakable-channels.js';
import { BreakableRequests } from './breakable-requests.js';

/** All that goes on between the players and the proxy with its gateway, and can be made to fail. */
export interface Wire extends Listener {
  readonly requests: BreakableRequests;
  readonly channels: BreakableChannels;
  /** Connects the proxy, which has to know this wire's address before it can be made, and its gateway. */
  connect(proxy: RelayProxy, gateway: Gateway): void;
}

/** Listens for a proxy as `serveRelayProxy` does, on connections that can be made to fail. */
export async function openWire(options: ListenOptions): Promise<Wire> {
  const requests = new BreakableRequests();
  const channels = new BreakableChannels();
  const listener = await listen((request, connection) => requests.serve(request, connection), {
    ...options,
    upgrades: channels as Pick<Gateway, 'upgrade'>,
  });
  return {
    url: listener.url,
    requests,
    channels,
    connect(proxy, gateway) {
      requests.connect(proxy);
      channels.connect(gateway);
    },
    close: (grace) => listener.close(grace),
  };
}
