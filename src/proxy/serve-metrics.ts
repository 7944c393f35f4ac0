import { type ListenOptions, listen } from '../http/listen.js';
import { checkListenOptions } from './checked-listen-options.js';
import type { Listener } from './node.js';
import type { Metrics } from './reports/index.js';

/**
 * Serves `GET /metrics`, and nothing else, on a port of its own. So a firewall can keep the figures from the internet
 * that the players come from. Tell the proxy to leave them out: `servesMetrics: false`.
 *
 * @throws {RelayError} rejects with `invalid-option`; the message names the option.
 * @example
 * ```ts
 * import { createRelayProxy } from 'relais/proxy';
 * import { createPrometheusMetrics, serveMetrics, serveRelayProxy } from 'relais/proxy/node';
 *
 * const metrics = createPrometheusMetrics();
 * const proxy = createRelayProxy({
 *   edgegap: { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' },
 *   guests: true,
 *   metrics,
 *   servesMetrics: false,
 * });
 * await serveRelayProxy(proxy, { port: 8080, hostname: '0.0.0.0' });
 * await serveMetrics(metrics, { port: 9090, hostname: '10.0.0.7' });
 * ```
 */
export async function serveMetrics(
  metrics: Pick<Metrics, 'expose'>,
  options: Pick<ListenOptions, 'port' | 'hostname'>,
): Promise<Pick<Listener, 'url' | 'close'>> {
  checkListenOptions(options);
  return listen(async ({ method, url }) => {
    const isAsked = method === 'GET' && new URL(url).pathname === '/metrics';
    if (!isAsked) return Response.json({ message: 'There is nothing but /metrics.' }, NOT_FOUND);
    const { body, contentType } = await metrics.expose();
    return new Response(body, { headers: { 'content-type': contentType } });
  }, options);
}

const NOT_FOUND = { status: 404 };
