import { systemClock } from '../common/clock.js';
import { assemble, remembersAlone } from './assemble.js';
import { checkOptions } from './checked-options.js';
import { Exchange } from './operations/index.js';
import type { RelayProxy, RelayProxyOptions } from './options.js';

import { tolerateLogAndMetrics } from './tolerate-log-and-metrics.js';
import { AllowedOrigins, addServiceRoutes, answerError, Cors, createRoutes } from './wire/index.js';

export type { RelayProxy, RelayProxyOptions } from './options.js';

const REMEMBERS_ALONE =
  'Seats and leases are in this process’s memory alone: run no second one with the same secrets beside it, but for the time of a deploy.';

/** How long stopping takes for what is planned upstream, at most, in milliseconds. */
const PATIENCE_FOR_CHORES = 2_000;

/**
 * Creates the proxy between the game and the relay session API.
 *
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 */
export function createRelayProxy(options: RelayProxyOptions): RelayProxy {
  checkOptions(options);
  const tolerated = tolerateLogAndMetrics(options);
  const { basePath = '/', clock = systemClock, log, metrics } = tolerated;
  const closing = new AbortController();
  const { budget, reaper, services, signer } = assemble(tolerated, closing.signal);
  const { addresses, limiter, store, watchers } = services;
  const app = createRoutes(services, signer, basePath);
  addServiceRoutes(app, services, basePath);
  const cors = new Cors(
    new AllowedOrigins(options.allowedOrigins ?? [], options.allowNullOrigin ?? false),
  );
  const prefix = crypto.randomUUID().slice(0, 8);
  let requests = 0;
  let isStarted = false;
  let running = 0;
  let onIdle: (() => void) | undefined;
  let closed: Promise<void> | undefined;

  function start(): void {
    if (isStarted || closing.signal.aborted) return;
    isStarted = true;
    if (remembersAlone(options)) {
      const at = new Date(clock.now()).toISOString();
      log?.({ event: 'warning', at, message: REMEMBERS_ALONE });
    }
    reaper.start();
  }

  function answer(request: Request, exchange: Exchange, origin: string | null) {
    limiter.countAddress(exchange.client);
    if (request.method !== 'OPTIONS') return app.fetch(request, { exchange });
    exchange.route = 'preflight';
    return exchange.empty(204, cors.preflightHeaders(origin));
  }

  function tell(request: Request, exchange: Exchange, status: number, started: number): void {
    if (!metrics && !log) return;
    const duration = clock.monotonic() - started;
    metrics?.onRequest(exchange.route, status, duration);
    if (!log) return;
    const { failure, id, playerId, route, sessionId } = exchange;
    log({
      event: 'request',
      at: new Date(clock.now() - duration).toISOString(),
      id,
      method: request.method,
      route,
      status,
      // In full it has so many digits that a token may be among them.
      duration: Math.round(duration * 1000) / 1000,
      ...(playerId !== undefined && { player: playerId }),
      ...(sessionId !== undefined && { session: sessionId }),
      ...(failure !== undefined && { failure }),
    });
  }

  /** What is planned is tried once more: in a store that ends with the process it would be forgotten. */
  async function finishChores(): Promise<void> {
    let timer: unknown;
    const patience = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, PATIENCE_FOR_CHORES);
    });
    await Promise.race([services.chores.doAll().catch(() => {}), patience]);
    clock.clearTimeout(timer);
  }

  async function shutDown(): Promise<void> {
    closing.abort();
    reaper.close();
    watchers.close();
    if (running > 0) {
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    }
    await finishChores();
    budget.close();
    await store.close();
  }

  return {
    start,
    fetch(request, { remoteAddress }) {
      start();
      running += 1;
      requests += 1;
      const started = clock.monotonic();
      const origin = request.headers.get('origin');
      const exchange = new Exchange(`${prefix}-${requests}`, cors.headers(origin));
      const finish = (response: Response): Response => {
        running -= 1;
        if (running === 0) onIdle?.();
        try {
          tell(request, exchange, response.status, started);
        } catch {
          // A studio's log or metrics that fail must not take the answer with them.
        }
        return response;
      };
      const fail = (error: unknown) => finish(answerError(error, exchange));
      try {
        exchange.client = addresses.clientOf(request.headers, remoteAddress);
        const response = answer(request, exchange, origin);
        return response instanceof Promise ? response.then(finish, fail) : finish(response);
      } catch (error) {
        return fail(error);
      }
    },
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}
