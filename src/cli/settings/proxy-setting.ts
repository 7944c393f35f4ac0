import type { ReadValue } from '../read-value.js';

/**
 * A setting of `relais proxy`, from the environment. Its value is checked together with the option that it is for.
 */
export interface ProxySetting {
  readonly name: string;
  /** What it is for, and its unit. */
  readonly help: string;
  /** The default, in the words of `--help` and the documentation. */
  readonly fallback: string;
  /**
   * Where its value belongs in `RelayProxyOptions`, or in `ListenOptions`: `jwt.secret`, for instance. Those of
   * `RedisStoreOptions` begin with `redis.`, those of `GatewayOptions` with `udp.`, and those of `serveMetrics` with
   * `metrics.`.
   */
  readonly option: string;
  /** Whether it is one of `ListenOptions`. */
  readonly isForListening?: boolean;
  /** Whether it is one of `RedisStoreOptions`. */
  readonly isForRedis?: boolean;
  /** Whether it is one of `GatewayOptions`, which the proxy itself does not have. */
  readonly isForGateway?: boolean;
  /** Whether it is about the figures' own port. */
  readonly isForMetrics?: boolean;
  /** Whether it holds a secret. Its value may then come from a file, and is never shown. */
  readonly isSecret?: boolean;
  /** Makes the option's value of the text. Throws a `SettingError`. */
  readonly read: ReadValue;
}
