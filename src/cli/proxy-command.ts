import { parseArgs } from 'node:util';
import { createGateway, createPrometheusGatewayMetrics } from '../gateway/index.js';
import { checkOptions } from '../proxy/checked-options.js';
import {
  createPrometheusMetrics,
  type Listener,
  type ListenOptions,
  serveRelayProxy,
} from '../proxy/node.js';
import type { RedisStore } from '../proxy/redis/index.js';
import { createRelayProxy } from '../proxy/relay-proxy.js';
import { LogLines, writeTo } from './log-lines.js';
import { proxySettingsHelp } from './proxy-settings.js';
import {
  PROXY_SETTINGS_BY_OPTION,
  readListenOptions,
  readProxyOptions,
  readRedisOptions,
} from './read-proxy-settings.js';
import { readSetting } from './read-setting.js';
import { readWholeNumber } from './read-value.js';
import { inNamesOfSettings } from './setting-error.js';
import { DEFAULT_DRAIN } from './settings/time-settings.js';

export const proxyHelp = `relais proxy: the token-issuing proxy between games and Edgegap

  --port <number>    TCP port; 0 picks a free one (default 8080)
  --host <address>   address to listen on (default 127.0.0.1)
  --gateway          carry the datagrams of pages as well: RELAIS_GATEWAY=on
  --help             this text

From the environment:
${proxySettingsHelp()}`;

/** Grace for running requests when the proxy is told to stop, in milliseconds. */
const GRACE = 5_000;

const WITHOUT_SECRETS =
  '\nWithout RELAIS_SECRETS, tickets end with this process, and open sessions are not known after it.';

/**
 * Runs the proxy. Resolves to what to say and how to stop it.
 *
 * @throws {SettingError} rejects where a setting is missing or wrong.
 */
export async function runProxy(args: string[], env: NodeJS.ProcessEnv) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      gateway: { type: 'boolean', default: false },
    },
  });
  const lines = new LogLines(writeTo(process.stdout));
  const settings = values.gateway ? { ...env, RELAIS_GATEWAY: 'on' } : env;
  const listener = await serve(lines, settings, {
    port: readWholeNumber('--port', values.port),
    hostname: values.host,
  }).catch((error: unknown) => {
    throw inNamesOfSettings(error, PROXY_SETTINGS_BY_OPTION);
  });
  const { drain = DEFAULT_DRAIN } = readListenOptions(env);
  const warning = readSetting(env, 'RELAIS_SECRETS') === undefined ? WITHOUT_SECRETS : '';
  return {
    message: `Proxy listening on ${listener.url}${warning}`,
    async close(signal: NodeJS.Signals) {
      // Who presses Ctrl-C does not want to wait.
      if (signal === 'SIGTERM' && drain > 0) await listener.drain(drain * 1_000);
      const deadline = new Promise((resolve) => setTimeout(resolve, GRACE + 1_000).unref());
      await Promise.race([listener.close(GRACE).then(() => lines.flush()), deadline]);
    },
  };
}

async function serve(
  lines: LogLines,
  env: NodeJS.ProcessEnv,
  address: Pick<ListenOptions, 'port' | 'hostname'>,
): Promise<Listener> {
  const options = readProxyOptions(env);
  checkOptions(options);
  const log = (entry: object) => lines.add(entry);
  const store = await connectToRedis(env, log);
  const gatewayMetrics = createPrometheusGatewayMetrics();
  const metrics = createPrometheusMetrics({
    droppedLogLines: () => lines.dropped,
    more: options.gateway && (() => gatewayMetrics.expose()),
  });
  const proxy = createRelayProxy({ ...options, metrics, log, store });
  const gateway =
    options.gateway &&
    createGateway({
      seats: proxy.seats,
      url: options.gateway.url,
      address: options.gateway.address,
      // Who works on one machine has a simulated relay there.
      development: options.developmentIp !== undefined,
      log,
      metrics: gatewayMetrics,
    });
  const { keepAlive } = readListenOptions(env);
  return serveRelayProxy(proxy, {
    keepAlive,
    ...address,
    gateway,
    overrideGlobalObjects: true,
  });
}

/** What Redis is told, by the settings that it comes from. */
const REDIS_SETTINGS_BY_OPTION = new Map([
  ['url', 'RELAIS_REDIS_URL'],
  ['prefix', 'RELAIS_REDIS_PREFIX'],
]);

/** The store that several instances share; `undefined` where there is none. */
async function connectToRedis(
  env: NodeJS.ProcessEnv,
  log: (entry: object) => void,
): Promise<RedisStore | undefined> {
  const options = readRedisOptions(env);
  if (!options) return undefined;
  // Whoever has no Redis does not wait until its client is loaded.
  const { RedisStore } = await import('../proxy/redis/index.js');
  return RedisStore.connect({ ...options, log }).catch((error: unknown) => {
    throw inNamesOfSettings(error, REDIS_SETTINGS_BY_OPTION);
  });
}
