/**
 * `relais/proxy`: the token-issuing proxy, for any runtime with `fetch`.
 *
 * @module relais/proxy
 */

export type { Clock } from '../common/clock.js';
export type { GatewayOption } from './gateway-option.js';
export type { Authenticate, GuestOptions, JwtOptions, Player } from './identity/index.js';
export type { Limits } from './limits/index.js';
export type { LoginFault } from './proxy-error.js';
export { createRelayProxy, type RelayProxy, type RelayProxyOptions } from './relay-proxy.js';
export type { Gauge, LogEntry, Metrics } from './reports/index.js';
export {
  type BatchResults,
  MemoryStore,
  type StepResult,
  type StepResults,
  type Store,
  StoreError,
  type StoreStep,
} from './store/index.js';
