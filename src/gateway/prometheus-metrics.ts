import { Counter, Gauge, Registry } from 'prom-client';
import { AGE_BOUNDS, type GatewayMetrics, type GatewayTotals } from './gateway-metrics.js';

/** A gateway's metrics for Prometheus, in a registry of their own. */
export interface PrometheusGatewayMetrics extends GatewayMetrics {
  /** All of them, in Prometheus' text format. */
  expose(): Promise<string>;
}

/** How each figure reads off the totals: with its labels, and how much. */
type Figures = (totals: GatewayTotals) => readonly (readonly [Record<string, string>, number])[];

/**
 * Makes a gateway's metrics for Prometheus.
 *
 * @example
 * ```ts
 * import { createPrometheusGatewayMetrics } from 'relais/gateway';
 * import { createPrometheusMetrics } from 'relais/proxy/node';
 *
 * const gatewayMetrics = createPrometheusGatewayMetrics();
 * // The proxy serves both at /metrics.
 * createPrometheusMetrics({ more: () => gatewayMetrics.expose() });
 * ```
 */
export function createPrometheusGatewayMetrics(): PrometheusGatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const events = new Counter({
    name: 'relais_channel_events_total',
    help: 'What happened to channels and their wires, and why.',
    labelNames: ['what', 'why'],
    registers,
  });
  return {
    onChannel: (what, why) => events.inc({ what, why: why ?? '' }),
    onStart(read) {
      for (const { name, help, labelNames, figures } of TABLE) {
        new Gauge({
          name,
          help,
          labelNames,
          registers,
          collect() {
            for (const [labels, value] of figures(read())) this.set(labels, value);
          },
        });
      }
    },
    expose: () => registry.metrics(),
  };
}

/** Both directions of what is counted. */
const bothWays =
  (of: (passage: GatewayTotals['fromPage'] | GatewayTotals['toPage']) => number): Figures =>
  ({ fromPage, toPage }) => [
    [{ direction: 'from-page' }, of(fromPage)],
    [{ direction: 'to-page' }, of(toPage)],
  ];

const TABLE: readonly {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly figures: Figures;
}[] = [
  {
    name: 'relais_channels',
    help: 'Channels that are open now, those whose wire is lost included.',
    labelNames: [],
    figures: ({ channels }) => [[{}, channels]],
  },
  {
    name: 'relais_channel_wires',
    help: 'Wires that are open now.',
    labelNames: [],
    figures: ({ wires }) => [[{}, wires]],
  },
  {
    name: 'relais_channel_data_channels',
    help: 'Data channels that are open now, those included that are coming up.',
    labelNames: [],
    figures: ({ dataChannels }) => [[{}, dataChannels]],
  },
  {
    name: 'relais_channel_waiting_bytes',
    help: 'Bytes that wait in this process for pages that do not read.',
    labelNames: [],
    figures: ({ waitingBytes }) => [[{}, waitingBytes]],
  },
  {
    name: 'relais_datagrams_received',
    help: 'Datagrams that came in, since the start.',
    labelNames: ['direction'],
    figures: bothWays(({ received }) => received),
  },
  {
    name: 'relais_datagrams_sent',
    help: 'Datagrams that went on, since the start.',
    labelNames: ['direction'],
    figures: bothWays(({ sent }) => sent),
  },
  {
    name: 'relais_datagrams_dropped',
    help: 'Datagrams that did not go on, since the start, by cause.',
    labelNames: ['direction', 'cause'],
    figures: ({ fromPage, toPage }) => [
      ...drops('from-page', fromPage.dropped),
      ...drops('to-page', toPage.dropped),
    ],
  },
  {
    name: 'relais_datagram_bytes',
    help: 'Bytes of the payloads that came in, since the start.',
    labelNames: ['direction'],
    figures: ({ bytes }) => [
      [{ direction: 'from-page' }, bytes.fromPage],
      [{ direction: 'to-page' }, bytes.toPage],
    ],
  },
  {
    name: 'relais_datagram_lateness',
    help: 'Datagrams from pages by how much later than the quickest they came, in milliseconds at most.',
    labelNames: ['at_most'],
    figures: ({ ages }) =>
      ages.map(
        (count, index) => [{ at_most: String(AGE_BOUNDS[index] ?? 'more') }, count] as const,
      ),
  },
  {
    name: 'relais_relay_round_trip_milliseconds',
    help: 'Between gateway and relays, of the channels that are open now.',
    labelNames: ['quantile'],
    figures: ({ relayRoundTrip }) => [
      [{ quantile: '0.5' }, relayRoundTrip?.p50 ?? Number.NaN],
      [{ quantile: '0.99' }, relayRoundTrip?.p99 ?? Number.NaN],
    ],
  },
];

function drops(direction: string, dropped: Readonly<Record<string, number>>) {
  return Object.entries(dropped).map(([cause, count]) => [{ direction, cause }, count] as const);
}
