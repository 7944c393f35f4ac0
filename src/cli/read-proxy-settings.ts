import type { GatewayUdp } from '../gateway/index.js';
import { checkListenOptions } from '../proxy/checked-listen-options.js';
import { checkOptionValues } from '../proxy/checked-options.js';
import type { ListenOptions } from '../proxy/node.js';
import type { RelayProxyOptions } from '../proxy/options.js';
import type { RedisStoreOptions } from '../proxy/redis/index.js';
import { PROXY_SETTINGS } from './proxy-settings.js';
import { type Env, readSetting } from './read-setting.js';
import { inNamesOfSettings, SettingError, type SettingsByOption } from './setting-error.js';
import { GATEWAY_SETTINGS } from './settings/gateway-settings.js';
import type { ProxySetting } from './settings/proxy-setting.js';
import { REDIS_SETTINGS } from './settings/redis-settings.js';

/** The settings of `relais proxy` by their options, its flags among them. */
export const PROXY_SETTINGS_BY_OPTION: SettingsByOption = new Map([
  ['port', '--port'],
  ['hostname', '--host'],
  ...PROXY_SETTINGS.map(({ name, option }) => [option, name] as const),
]);

/**
 * Reads the proxy's options from the environment. Empty counts as not set.
 *
 * @throws {SettingError}
 */
export function readProxyOptions(env: Env): RelayProxyOptions {
  if (readSetting(env, 'EDGEGAP_API_TOKEN') === undefined) {
    throw new SettingError("EDGEGAP_API_TOKEN must hold the studio's API token.");
  }
  const settings = PROXY_SETTINGS.filter(
    ({ isForGateway, isForListening, isForMetrics, isForRedis }) =>
      !isForGateway && !isForListening && !isForMetrics && !isForRedis,
  );
  checkGatewayIsOn(env);
  // The table names the options; whether their values are right is checked next.
  const options = readOptions(settings, env) as unknown as RelayProxyOptions;
  tellInSettings(() => checkOptionValues(options));
  return options;
}

/** How the proxy listens, and for how many seconds it is drained before it stops. */
export interface ListenSettings extends Pick<ListenOptions, 'keepAlive'> {
  readonly drain?: number | undefined;
}

/**
 * Reads from the environment how the proxy listens. Empty counts as not set.
 *
 * @throws {SettingError}
 */
export function readListenOptions(env: Env): ListenSettings {
  const settings = PROXY_SETTINGS.filter(({ isForListening }) => isForListening);
  const options = readOptions(settings, env);
  tellInSettings(() => checkListenOptions(options));
  return options;
}

/**
 * Reads from the environment which Redis the instances share; `undefined` where there is none. Empty counts as not set.
 *
 * @throws {SettingError}
 */
export function readRedisOptions(env: Env): Pick<RedisStoreOptions, 'url' | 'prefix'> | undefined {
  const { redis } = readOptions(REDIS_SETTINGS, env) as {
    redis?: Pick<RedisStoreOptions, 'prefix'> & { readonly url?: string };
  };
  if (redis?.url === undefined) {
    if (redis) throw new SettingError('RELAIS_REDIS_PREFIX needs RELAIS_REDIS_URL.');
    return undefined;
  }
  if (readSetting(env, 'RELAIS_SECRETS') === undefined) {
    throw new SettingError(
      'RELAIS_REDIS_URL needs RELAIS_SECRETS: instances that share a Redis share their secrets, too.',
    );
  }
  return { ...redis, url: redis.url };
}

/**
 * Reads from the environment which port of its own the figures have; `undefined` where they have none. Empty counts as
 * not set.
 *
 * @throws {SettingError}
 */
export function readMetricsPort(env: Env): number | undefined {
  const settings = PROXY_SETTINGS.filter(({ isForMetrics }) => isForMetrics);
  const { metrics } = readOptions(settings, env) as { metrics?: { readonly port: number } };
  if (metrics && metrics.port > 65_535) {
    throw new SettingError('RELAIS_METRICS_PORT must be a whole number from 0 to 65535.');
  }
  return metrics?.port;
}

/**
 * Reads from the environment where the gateway takes data channels; `undefined` where it takes none. Empty counts as
 * not set.
 *
 * @throws {SettingError}
 */
export function readUdpOptions(env: Env): GatewayUdp | undefined {
  const settings = PROXY_SETTINGS.filter(({ isForGateway }) => isForGateway);
  const { udp } = readOptions(settings, env) as { udp?: Partial<GatewayUdp> };
  if (!udp) return undefined;
  const { port, address } = udp;
  if (port === undefined) {
    throw new SettingError('RELAIS_GATEWAY_UDP_ADDRESS needs RELAIS_GATEWAY_UDP_PORT.');
  }
  return { port, address };
}

/** A setting of the gateway without the gateway is a slip: what it says would not hold. */
function checkGatewayIsOn(env: Env): void {
  const [{ name: theSwitch }, ...others] = GATEWAY_SETTINGS;
  if (readSetting(env, theSwitch) === 'on') return;
  const set = others.find(({ name }) => readSetting(env, name) !== undefined);
  if (set) throw new SettingError(`${set.name} needs ${theSwitch}=on: there is no gateway now.`);
}

function tellInSettings(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw inNamesOfSettings(error, PROXY_SETTINGS_BY_OPTION);
  }
}

/** The options that the settings make: one whose name has a dot is part of a group. */
function readOptions(settings: readonly ProxySetting[], env: Env): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const { name, option, read } of settings) {
    const text = readSetting(env, name);
    if (text === undefined) continue;
    const value = read(name, text);
    const [group = '', key] = option.split('.');
    if (key === undefined) options[group] = value;
    else options[group] = { ...(options[group] as object), [key]: value };
  }
  return options;
}
