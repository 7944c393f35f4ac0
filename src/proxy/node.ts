/** `relais/proxy/node`: serves the proxy on Node. */
import { type Listener, type ListenOptions, listen, type Upgrade } from '../http/listen.js';
import type { RelayProxy } from './options.js';

export { createPrometheusMetrics, type PrometheusMetricsOptions } from './prometheus-metrics.js';
export type { Listener, ListenOptions, Upgrade };

/** What takes WebSockets in on the proxy's port: the gateway of `relais/gateway`. */
export interface ProxyGateway {
  /** Takes a connection over. */
  upgrade: Upgrade;
  /** Closes all that it took, and cuts what is still there after `grace` milliseconds. */
  close(grace?: number): Promise<void>;
}

/** How to serve a proxy. */
export interface ServeOptions extends Omit<ListenOptions, 'upgrade'> {
  /** Carries the pages' datagrams, on the same port. Closed with the listener. Default: none. */
  readonly gateway?: ProxyGateway | undefined;
}

/** Serves a proxy over HTTP. Rejects when the address is taken or not there. */
export async function serveRelayProxy(proxy: RelayProxy, options: ServeOptions): Promise<Listener> {
  const { gateway, ...listenOptions } = options;
  const listener = await listen((request, connection) => proxy.fetch(request, connection), {
    ...listenOptions,
    upgrade: gateway && ((...upgrade) => gateway.upgrade(...upgrade)),
  });
  proxy.start();
  return {
    url: listener.url,
    async close(grace) {
      // The held requests end first, so that they do not use up the grace.
      await Promise.all([proxy.close(), gateway?.close(grace), listener.close(grace)]);
    },
  };
}
