import { systemClock } from '../api/clock.js';
import { addressGroup } from './addresses.js';
import { assemble } from './assemble.js';
import { checkOptions } from './checked-options.js';
import { Cors } from './cors.js';
import { Exchange } from './exchange.js';
import type { RelayProxy, RelayProxyOptions } from './options.js';
import { answerError, createRoutes } from './routes.js';
import { addServiceRoutes } from './service-routes.js';

export type { RelayProxy, RelayProxyOptions } from './options.js';

/**
 * Creates the proxy between the game and the relay session API.
 *
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 */
export function createRelayProxy(options: RelayProxyOptions): RelayProxy {
  checkOptions(options);
  const { basePath = '/', clock = systemClock, log, metrics } = options;
  const closing = new AbortController();
  const { reaper, services, signer } = assemble(options, closing.signal);
  const { addresses, limiter, store, watchers } = services;
  const app = createRoutes(services, signer, basePath);
  addServiceRoutes(app, services, basePath);
  const cors = new Cors(options.allowedOrigins ?? []);
  const prefix = crypto.randomUUID().slice(0, 8);
  let requests = 0;
  let isStarted = false;
  let running = 0;
  let onIdle: (() => void) | undefined;

  function start(): void {
    if (isStarted || closing.signal.aborted) return;
    isStarted = true;
    reaper.start();
  }

  async function answer(request: Request, exchange: Exchange, origin: string | null) {
    if (request.method === 'OPTIONS') {
      exchange.route = 'preflight';
      return exchange.empty(204, cors.preflightHeaders(origin));
    }
    limiter.countAddress(addressGroup(exchange.client));
    return app.fetch(request, { exchange });
  }

  function tell(request: Request, exchange: Exchange, status: number, started: number): void {
    const now = clock.now();
    metrics?.onRequest(exchange.route, status, now - started);
    if (!log) return;
    const { failure, id, playerId, route, sessionId } = exchange;
    log({
      event: 'request',
      at: new Date(started).toISOString(),
      id,
      method: request.method,
      route,
      status,
      duration: now - started,
      ...(playerId !== undefined && { player: playerId }),
      ...(sessionId !== undefined && { session: sessionId }),
      ...(failure !== undefined && { failure }),
    });
  }

  return {
    start,
    async fetch(request, { remoteAddress }) {
      start();
      running += 1;
      const started = clock.now();
      const origin = request.headers.get('origin');
      requests += 1;
      const id = `${prefix}-${requests.toString(36)}`;
      const exchange = new Exchange(id, cors.headers(origin));
      let response: Response;
      try {
        exchange.client = addresses.clientOf(request.headers, remoteAddress);
        response = await answer(request, exchange, origin);
      } catch (error) {
        response = answerError(error, exchange);
      }
      tell(request, exchange, response.status, started);
      running -= 1;
      if (running === 0) onIdle?.();
      return response;
    },
    async close() {
      closing.abort();
      reaper.close();
      watchers.close();
      if (running > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
      await store.close();
    },
  };
}
