import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import type { SeatSource } from '../channel-protocol/seat-source.js';
import { type Clock, systemClock } from '../common/clock.js';
import { endsWithin } from '../common/ends-within.js';
import { type Assembled, assemble } from './assemble.js';
import { remembersAlone } from './assemble-upkeep.js';
import { checkOptions } from './checked-options.js';
import { Exchange } from './operations/index.js';
import type { RelayProxy, RelayProxyOptions } from './options.js';
import { SeatsForGateway } from './seats-for-gateway.js';
import { tolerateLogAndMetrics } from './tolerate-log-and-metrics.js';
import {
  AllowedOrigins,
  addServiceRoutes,
  answerError,
  Cors,
  createRoutes,
  RequestIds,
} from './wire/index.js';

export type { RelayProxy, RelayProxyOptions } from './options.js';

const REMEMBERS_ALONE =
  'Seats and leases are in this process’s memory alone: ' +
  'run no second one with the same secrets beside it, but for the time of a deploy.';

/** The longest time that stopping waits for work at the service that is still planned, in milliseconds. */
const PATIENCE_FOR_CHORES = 2_000;

/**
 * Creates the proxy between the game and the relay session API.
 *
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 * @example
 * ```ts
 * import { createRelayProxy } from 'relais/proxy';
 *
 * const proxy = createRelayProxy({
 *   edgegap: { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' },
 *   allowedOrigins: ['https://game.example'],
 *   guests: true,
 * });
 * const request = new Request('https://studio.example/v1/guests', { method: 'POST' });
 * const answer = await proxy.fetch(request, { remoteAddress: '203.0.113.7' });
 * ```
 */
export function createRelayProxy(options: RelayProxyOptions): RelayProxy {
  checkOptions(options);
  const proxy = new RunningProxy(tolerateLogAndMetrics(options));
  // Functions that may be passed on by themselves, as `fetch` handlers are.
  return {
    start: () => proxy.start(),
    fetch: (request, { remoteAddress }) => proxy.fetch(request, remoteAddress),
    drain: (duration) => proxy.drain(duration),
    close: () => proxy.close(),
    seats: proxy.seats,
  };
}

/** A proxy at work: it answers requests, tells the log and the metrics of them, and stops in order. */
class RunningProxy {
  readonly #options: RelayProxyOptions;
  readonly #clock: Clock;
  readonly #draining = new AbortController();
  readonly #closing = new AbortController();
  readonly #parts: Assembled;
  readonly #app: ReturnType<typeof createRoutes>;
  readonly #cors: Cors;
  /** What a gateway gets to know. */
  readonly seats: SeatSource;
  readonly #requestIds = new RequestIds();
  #running = 0;
  #onIdle = () => {};
  #isStarted = false;
  #closed: Promise<void> | undefined;

  constructor(options: RelayProxyOptions) {
    const { allowedOrigins = [], allowNullOrigin = false, basePath = '/' } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#parts = assemble(options, this.#closing.signal, this.#draining.signal);
    this.#app = createRoutes(this.#parts.routes, basePath);
    addServiceRoutes(this.#app, this.#parts.serviceRoutes, basePath);
    const origins = new AllowedOrigins(allowedOrigins, allowNullOrigin);
    this.#cors = new Cors(origins);
    const { addresses, operations } = this.#parts.routes;
    this.seats = new SeatsForGateway(
      addresses,
      origins,
      operations.followSeat,
      options.gateway !== undefined,
      this.#parts.gatewayLimits,
    );
  }

  start(): void {
    if (this.#isStarted || this.#closing.signal.aborted) return;
    this.#isStarted = true;
    const { note } = this.#parts;
    note({ event: 'start', message: 'The proxy has started.' });
    if (remembersAlone(this.#options)) note({ event: 'warning', message: REMEMBERS_ALONE });
    this.#parts.reaper.start();
  }

  fetch(request: Request, remoteAddress: string): Response | Promise<Response> {
    this.start();
    this.#running += 1;
    const started = this.#clock.monotonic();
    const origin = request.headers.get('origin');
    const exchange = new Exchange(this.#requestIds.of(request.headers), this.#cors.headers(origin));
    const finish = (response: Response): Response => {
      this.#running -= 1;
      if (this.#running === 0) this.#onIdle();
      this.#tell(request, exchange, response.status, started);
      return response;
    };
    const fail = (error: unknown) => finish(answerError(error, exchange));
    try {
      exchange.remote = remoteAddress;
      exchange.client = this.#parts.routes.addresses.clientOf(request.headers, remoteAddress);
      const response = this.#answer(request, exchange, origin);
      return response instanceof Promise ? response.then(finish, fail) : finish(response);
    } catch (error) {
      return fail(error);
    }
  }

  drain(duration: number): void {
    const { gatewayAccesses, watchers } = this.#parts;
    this.#draining.abort();
    // First, so that whoever is answered is told of the other gateways.
    gatewayAccesses.moveTo(CHANNEL_PATH);
    watchers.drain(duration);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #answer(
    request: Request,
    exchange: Exchange,
    origin: string | null,
  ): Response | Promise<Response> {
    this.#parts.routes.limiter.countAddress(exchange.client);
    if (request.method !== 'OPTIONS') return this.#app.fetch(request, { exchange });
    exchange.route = 'preflight';
    return exchange.empty(204, this.#cors.preflightHeaders(origin));
  }

  /** Tells the log and the metrics of a request. If they fail, the request is answered all the same. */
  #tell({ method }: Request, exchange: Exchange, status: number, started: number): void {
    const { log, metrics } = this.#options;
    if (!metrics && !log) return;
    const duration = this.#clock.monotonic() - started;
    const { code, forLog, id, playerId, route, sessionId } = exchange;
    const { failure, limit, reason } = forLog;
    try {
      metrics?.onRequest(route, status, duration);
      if (limit !== undefined) metrics?.onLimit(limit);
      log?.({
        event: 'request',
        at: new Date(this.#clock.now() - duration).toISOString(),
        id,
        method,
        route,
        status,
        // Rounded, for with all its digits it could contain a token by chance.
        duration: Math.round(duration * 1000) / 1000,
        ...(playerId !== undefined && { player: playerId }),
        ...(sessionId !== undefined && { session: sessionId }),
        ...(code !== undefined && { code }),
        ...(reason !== undefined && { reason }),
        ...(limit !== undefined && { limit }),
        ...(failure !== undefined && { failure }),
      });
    } catch {
      // There is nobody else to tell.
    }
  }

  async #shutDown(): Promise<void> {
    const { budget, chores, note, reaper, serviceRoutes, watchers } = this.#parts;
    note({ event: 'stop', message: 'The proxy is stopping.' });
    this.#draining.abort();
    this.#closing.abort();
    reaper.close();
    watchers.close();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    // Planned work is tried once more, because a store that ends with the process would forget it.
    const doingAll = chores.doAll().catch(() => {});
    await endsWithin(doingAll, PATIENCE_FOR_CHORES, this.#clock);
    budget.close();
    await serviceRoutes.store.close();
    note({ event: 'stop', message: 'The proxy has stopped.' });
  }
}
