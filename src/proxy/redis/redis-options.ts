import * as v from 'valibot';
import { checkOptions } from '../../common/check-against-schema.js';
import type { Clock } from '../../common/clock.js';
import type { LogEntry } from '../reports/index.js';
import { isRedisUrl } from './redis-url.js';

/** Where a `RedisStore` keeps things. */
export interface RedisStoreOptions {
  /**
   * Where Redis is: `redis://user:password@host:6379/0`, or `rediss://` for TLS. User, password, port and the number of
   * the database may be left out.
   */
  readonly url: string;
  /**
   * What the names of all keys and channels begin with: 1 to 64 visible ASCII characters. Instances that share their
   * sessions have the same one.
   *
   * @default 'relais:'
   */
  readonly prefix?: string | undefined;
  /**
   * Told when Redis is lost, and when it is back.
   *
   * @default nobody
   */
  readonly log?: ((entry: LogEntry) => void) | undefined;
  /**
   * Time and randomness of the connections. Whatever is kept expires by the clock of Redis.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
}

export const DEFAULT_PREFIX = 'relais:';

const Options = v.strictObject({
  url: v.pipe(
    v.string(),
    v.check(
      isRedisUrl,
      'must be a URL like redis://user:password@host:6379/0, or rediss:// for TLS',
    ),
  ),
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters without spaces'),
    ),
  ),
  log: v.optional(v.unknown()),
  clock: v.optional(v.unknown()),
});

/**
 * Refuses options that make no sense.
 *
 * @throws {RelayError} `invalid-option`; the message names the option, and shows nothing of its value.
 */
export function checkRedisOptions(options: RedisStoreOptions): void {
  checkOptions(Options, options);
}
