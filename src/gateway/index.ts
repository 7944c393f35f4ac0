/**
 * `relais/gateway`: carries the datagrams of pages, which cannot send UDP, to relays and back. For Node.
 *
 * @module relais/gateway
 */

export type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
  SeatRefusal,
  SeatRefusalCode,
  SeatSource,
} from '../channel-protocol/seat-source.js';
export type { SharedLimits } from '../channel-protocol/shared-limits.js';
export type { Clock } from '../common/clock.js';
export type { RelaySide } from '../datagram/index.js';
export type { Lookup, ResolvedHost } from '../peer/index.js';
export { createGateway, type Gateway } from './gateway.js';
export type { GatewayLogEntry } from './gateway-log.js';
export { AGE_BOUNDS, type GatewayMetrics, type GatewayTotals } from './gateway-metrics.js';
export type { GatewayLimits, GatewayOptions, GatewayUdp } from './gateway-options.js';
export type { FromPageDrop, Passage, ToPageDrop } from './passage.js';
export {
  createPrometheusGatewayMetrics,
  type PrometheusGatewayMetrics,
} from './prometheus-metrics.js';
