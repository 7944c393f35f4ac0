/** `relais/proxy`: the token-issuing proxy, for any runtime with `fetch`. */
export type { Clock } from '../api/clock.js';
export type { JwtOptions } from './jwt-authenticator.js';
export type { Limits } from './limits.js';
export type { LogEntry } from './log.js';
export { MemoryStore } from './memory-store.js';
export type { Gauge, Metrics } from './metrics.js';
export type { Authenticate, GuestOptions, Player } from './players.js';
export { createRelayProxy, type RelayProxy, type RelayProxyOptions } from './relay-proxy.js';
export type { Store } from './store.js';
