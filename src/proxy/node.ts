/** `relais/proxy/node`: serves the proxy on Node. */
import { type Listener, type ListenOptions, listen } from '../http/listen.js';
import type { RelayProxy } from './options.js';

export { createPrometheusMetrics, type PrometheusMetricsOptions } from './prometheus-metrics.js';
export type { Listener, ListenOptions };

/** Serves a proxy over HTTP. Rejects when the address is taken or not there. */
export async function serveRelayProxy(
  proxy: RelayProxy,
  options: ListenOptions,
): Promise<Listener> {
  const listener = await listen((request, connection) => proxy.fetch(request, connection), options);
  proxy.start();
  return {
    url: listener.url,
    async close(grace) {
      // The held requests end first, so that they do not use up the grace.
      await Promise.all([proxy.close(), listener.close(grace)]);
    },
  };
}
