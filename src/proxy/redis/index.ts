/**
 * `relais/proxy/redis`: a store in Redis or Valkey, which several instances of the proxy share.
 *
 * @module relais/proxy/redis
 */

export type { Clock } from '../../common/clock.js';
export type { RedisStoreOptions } from './redis-options.js';
export { RedisStore } from './redis-store.js';
