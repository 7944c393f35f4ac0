/**
 * `relais/proxy/node`: serves the proxy on Node.
 *
 * @module relais/proxy/node
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Listener as HttpListener,
  type ListenOptions,
  listen,
  type UpgradeHandler,
} from '../http/listen.js';
import { checkListenOptions } from './checked-listen-options.js';
import type { RelayProxy } from './options.js';

export { createPrometheusMetrics, type PrometheusMetricsOptions } from './prometheus-metrics.js';
export { serveMetrics } from './serve-metrics.js';
export type { ListenOptions, UpgradeHandler };

/** A proxy that listens. */
export interface Listener extends HttpListener {
  /**
   * Lets players go elsewhere before {@link Listener.close}: `/readyz` says that it stops, held requests are answered
   * and channels asked to move to another gateway, each at a moment of its own. All else is answered as ever. Resolves
   * when the time is over.
   *
   * @param duration - in milliseconds. Long enough for what stands in front to notice.
   * @example
   * ```ts
   * const listener = await serveRelayProxy(proxy, { port: 8080, hostname: '127.0.0.1' });
   * process.once('SIGTERM', async () => {
   *   await listener.drain(5_000);
   *   await listener.close(5_000);
   * });
   * ```
   */
  drain(duration: number): Promise<void>;
}

/** What takes WebSockets in on the proxy's port: the gateway of `relais/gateway`. */
export interface ProxyGateway extends UpgradeHandler {
  /** Takes no more, and asks all pages to move to another gateway within `duration` milliseconds. */
  drain?(duration: number): void;
  /** Closes all that it took, and cuts what is still there after `grace` milliseconds. */
  close(grace?: number): Promise<void>;
}

/** How to serve a proxy. */
export interface ServeOptions extends Omit<ListenOptions, 'upgrades'> {
  /**
   * Carries the pages' datagrams, on the same port. It is closed with the listener.
   *
   * @default none
   */
  readonly gateway?: ProxyGateway | undefined;
}

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
  proxy: Pick<RelayProxy, 'close' | 'fetch' | 'start'> & Partial<Pick<RelayProxy, 'drain'>>,
  options: ServeOptions,
): Promise<Listener> {
  const { gateway, ...listenOptions } = options;
  checkListenOptions(listenOptions);
  const listener = await listen((request, connection) => proxy.fetch(request, connection), {
    ...listenOptions,
    upgrades: gateway,
  });
  proxy.start();
  return {
    url: listener.url,
    async drain(duration) {
      proxy.drain?.(duration);
      gateway?.drain?.(duration);
      listener.drain();
      await sleep(duration);
    },
    async close(grace) {
      // The held requests end first, so that they do not use up the grace.
      await Promise.all([proxy.close(), gateway?.close(grace), listener.close(grace)]);
    },
  };
}
