import {
  Counter,
  collectDefaultMetrics,
  Histogram,
  Gauge as PrometheusGauge,
  Registry,
} from 'prom-client';
import { VERSION } from '../common/version.js';
import type { Gauge, Metrics } from './reports/index.js';

/** The buckets of durations, in seconds. The longest are for held requests. */
const BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30];

const GAUGES: Readonly<Record<Gauge, string>> = {
  waiters: 'Requests that are held now.',
  followed_seats: 'Seats that are followed now for the channels of the gateway.',
  sessions: 'Sessions that this instance watches now.',
  leases: 'Leases in the store.',
  upstream_budget_used:
    'Share of the budget of calls of the relay session API that was used within ten seconds: 0 to 1.',
  joins_slowed:
    'Whether joins are slowed because of too many wrong join codes and session ids: 1 or 0.',
  account_sessions: 'Sessions that the relay service listed when all were last gone through.',
  open_sessions: 'Those of the listed sessions that this proxy made, at any of its instances.',
  host_leases: 'Those of the open sessions whose host has a lease.',
  login_keys: 'Whether the keys of the login could be fetched when that was last tried: 1 or 0.',
};

/** What {@link createPrometheusMetrics} can tell besides the proxy's own figures. */
export interface PrometheusMetricsOptions {
  /**
   * How many lines of the log were dropped so far.
   *
   * @default () => 0
   */
  readonly droppedLogLines?: () => number;
  /**
   * More metrics in Prometheus' text format, a gateway's for instance: they are served with the proxy's.
   *
   * @default none
   */
  readonly more?: (() => Promise<string>) | undefined;
  /**
   * Whether figures of the process are among them: event loop, CPU, memory, garbage collection, open files. Without
   * them, the names of `collectDefaultMetrics` of `prom-client` are free for somebody else's.
   *
   * @default true
   */
  readonly process?: boolean | undefined;
}

/**
 * Makes the metrics that Prometheus reads, in a registry of their own. The proxy serves them at `/metrics`.
 *
 * @example
 * ```ts
 * import { createRelayProxy } from 'relais/proxy';
 * import { createPrometheusMetrics } from 'relais/proxy/node';
 *
 * createRelayProxy({
 *   edgegap: { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' },
 *   guests: true,
 *   metrics: createPrometheusMetrics(),
 * });
 * ```
 */
export function createPrometheusMetrics(options: PrometheusMetricsOptions = {}): Metrics {
  const { droppedLogLines = () => 0, more = async () => '', process = true } = options;
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  countDroppedLines(droppedLogLines, registers);
  tellOfBuild(registers);
  if (process) collectDefaultMetrics({ register: registry });
  return {
    ...observeDurations(registers),
    ...observeWaits(registers),
    ...countEvents(registers),
    gauge: (name, read) => addGauge(name, read, registers),
    expose: async () => ({
      contentType: registry.contentType,
      body: (await registry.metrics()) + (await more()),
    }),
  };
}

function observeDurations(registers: Registry[]): Pick<Metrics, 'onRequest' | 'onUpstreamCall'> {
  const requests = new Histogram({
    name: 'relais_request_duration_seconds',
    help: 'Requests of players, by route and status.',
    labelNames: ['route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const upstream = new Histogram({
    name: 'relais_upstream_call_duration_seconds',
    help: 'Calls of the relay session API, by operation and status; "none" is no answer.',
    labelNames: ['operation', 'status'],
    buckets: BUCKETS,
    registers,
  });
  return {
    onRequest: (route, status, milliseconds) =>
      requests.observe({ route, status }, milliseconds / 1000),
    onUpstreamCall: (operation, status, milliseconds) =>
      upstream.observe({ operation, status }, milliseconds / 1000),
  };
}

function observeWaits(registers: Registry[]): Pick<Metrics, 'onUpstreamWait'> {
  const waits = new Histogram({
    name: 'relais_upstream_wait_seconds',
    help: 'How long calls of the relay session API waited for their turn, by class.',
    labelNames: ['class'],
    buckets: BUCKETS,
    registers,
  });
  return {
    onUpstreamWait: (callClass, milliseconds) =>
      waits.observe({ class: callClass }, milliseconds / 1000),
  };
}

function countEvents(registers: Registry[]): Pick<Metrics, 'onReaped' | 'onLimit' | 'onJoinMiss'> {
  const reaped = new Counter({
    name: 'relais_reaped_total',
    help: 'Sessions and users taken away because a lease ran out.',
    labelNames: ['what'],
    registers,
  });
  const limits = new Counter({
    name: 'relais_limit_hits_total',
    help: 'Requests that were refused because they are over a limit, by its option.',
    labelNames: ['limit'],
    registers,
  });
  const joinMisses = new Counter({
    name: 'relais_join_misses_total',
    help: 'Joins with a join code or session id that there is not.',
    registers,
  });
  return {
    onReaped: (what) => reaped.inc({ what }),
    onLimit: (limit) => limits.inc({ limit }),
    onJoinMiss: () => joinMisses.inc(),
  };
}

function tellOfBuild(registers: Registry[]): void {
  const build = new PrometheusGauge({
    name: 'relais_build_info',
    help: 'Always 1. Its labels say what runs.',
    labelNames: ['version', 'node'],
    registers,
  });
  build.set({ version: VERSION, node: process.version }, 1);
}

function countDroppedLines(read: () => number, registers: Registry[]): void {
  new Counter({
    name: 'relais_log_lines_dropped_total',
    help: 'Lines of the log that could not be written.',
    registers,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function addGauge(name: Gauge, read: Parameters<Metrics['gauge']>[1], registers: Registry[]): void {
  new PrometheusGauge({
    name: `relais_${name}`,
    help: GAUGES[name],
    registers,
    async collect() {
      // A gauge that cannot be read, because the store does not answer, must not keep the others from being read.
      this.set(await Promise.resolve(read()).catch(() => Number.NaN));
    },
  });
}
