/** `relais/proxy/node`: serves the proxy on Node. */
import { type Listener, type ListenOptions, listen } from '../http/listen.js';
import { checkListenOptions } from './checked-listen-options.js';
import type { RelayProxy } from './options.js';

export { createPrometheusMetrics, type PrometheusMetricsOptions } from './prometheus-metrics.js';
export type { Listener, ListenOptions };

/**
 * Serves a proxy over HTTP. Rejects when the address is taken or not there.
 *
 * @throws {RelayError} rejects with `invalid-option`; the message names the option.
 * @example
 * ```ts
 * import { createRelayProxy } from 'relais/proxy';
 * import { serveRelayProxy } from 'relais/proxy/node';
 *
 * const proxy = createRelayProxy({
 *   edgegap: { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' },
 *   guests: true,
 * });
 * const { url, close } = await serveRelayProxy(proxy, { port: 8080, hostname: '127.0.0.1' });
 * process.once('SIGTERM', () => close(5_000));
 * console.log(`Proxy listening on ${url}`);
 * ```
 */
export async function serveRelayProxy(
  proxy: RelayProxy,
  options: ListenOptions,
): Promise<Listener> {
  checkListenOptions(options);
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
