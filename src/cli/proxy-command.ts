import type { Command } from 'commander';
import {
  createGateway,
  createPrometheusGatewayMetrics,
  type Gateway,
  type GatewayOptions,
} from '../gateway/index.js';
import { checkOptions } from '../proxy/checked-options.js';
import {
  createPrometheusMetrics,
  type Listener,
  type ListenOptions,
  serveMetrics,
  serveRelayProxy,
} from '../proxy/node.js';
import type { RelayProxyOptions } from '../proxy/options.js';
import type { RedisStore } from '../proxy/redis/index.js';
import { createRelayProxy } from '../proxy/relay-proxy.js';
import { firstLines } from './first-lines.js';
import type { Running } from './keep-running.js';
import { LogLines, writeTo } from './log-lines.js';
import { newCommand } from './new-command.js';
import { proxySettingsHelp } from './proxy-settings.js';
import { readEnvironment } from './read-environment.js';
import {
  PROXY_SETTINGS_BY_OPTION,
  readListenOptions,
  readMetricsPort,
  readProxyOptions,
  readRedisOptions,
  readUdpOptions,
} from './read-proxy-settings.js';
import { type Env, readSetting } from './read-setting.js';
import { readWholeNumber } from './read-value.js';
import { inNamesOfSettings } from './setting-error.js';
import { DEFAULT_DRAIN } from './settings/time-settings.js';
import { GRACE, LONGEST_STOP } from './stop-times.js';

/** The settings, below the flags. */
const SETTINGS_HELP = `
From the environment; a secret may be in a file that its name with "_FILE" at the end names:
${proxySettingsHelp()}`;

/** What the flags of `relais proxy` come to. */
export interface ProxyFlags {
  readonly port: number;
  readonly host: string;
  readonly gateway?: boolean;
}

/** `relais proxy` and its flags. */
export function proxyCommand(): Command {
  return newCommand('proxy', 'the token-issuing proxy between games and Edgegap')
    .option(
      '--port <number>',
      'TCP port; 0 picks a free one',
      (text) => readWholeNumber('--port', text),
      8080,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--gateway', 'carry the datagrams of pages as well: RELAIS_GATEWAY=on')
    .addHelpText('after', SETTINGS_HELP);
}

/** What `relais proxy --help` says. */
export const proxyHelp = proxyCommand().helpInformation() + SETTINGS_HELP;

/**
 * Runs the proxy. Resolves to what to say and how to stop it.
 *
 * @throws {SettingError} rejects where a setting is missing or wrong.
 */
export async function runProxy(flags: ProxyFlags, environment: Env): Promise<Running> {
  const env = readEnvironment(
    flags.gateway ? { ...environment, RELAIS_GATEWAY: 'on' } : environment,
  );
  const lines = new LogLines(writeTo(process.stdout));
  const listeners = await serve(lines, env, { port: flags.port, hostname: flags.host }).catch(
    (error: unknown) => {
      throw inNamesOfSettings(error, PROXY_SETTINGS_BY_OPTION);
    },
  );
  const [listener, metrics] = listeners;
  const { drain = DEFAULT_DRAIN } = readListenOptions(env);
  const hasSecrets = readSetting(env, 'RELAIS_SECRETS') !== undefined;
  return {
    message: firstLines({ url: listener.url, metricsUrl: metrics?.url, hasSecrets }),
    async close(signal) {
      // Who presses Ctrl-C does not want to wait.
      if (signal === 'SIGTERM' && drain > 0) await listener.drain(drain * 1_000);
      const deadline = new Promise((resolve) => setTimeout(resolve, LONGEST_STOP).unref());
      const closed = Promise.all(listeners.map((listener) => listener.close(GRACE)));
      await Promise.race([closed.then(() => lines.flush()), deadline]);
    },
  };
}

/** Serves the proxy, and its figures beside it where they have a port of their own. */
async function serve(
  lines: LogLines,
  env: Env,
  address: Pick<ListenOptions, 'port' | 'hostname'>,
): Promise<[Listener, ...Pick<Listener, 'url' | 'close'>[]]> {
  const options = readProxyOptions(env);
  checkOptions(options);
  const metricsPort = readMetricsPort(env);
  const log = (entry: object) => lines.add(entry);
  const store = await connectToRedis(env, log);
  const gatewayMetrics = createPrometheusGatewayMetrics();
  const metrics = createPrometheusMetrics({
    droppedLogLines: () => lines.dropped,
    more: options.gateway && (() => gatewayMetrics.expose()),
  });
  const servesMetrics = metricsPort === undefined;
  const proxy = createRelayProxy({ ...options, metrics, servesMetrics, log, store });
  const gateway = gatewayOf(options, {
    seats: proxy.seats,
    udp: readUdpOptions(env),
    log,
    metrics: gatewayMetrics,
  });
  const { keepAlive } = readListenOptions(env);
  const listener = await serveRelayProxy(proxy, {
    keepAlive,
    ...address,
    gateway,
    overrideGlobalObjects: true,
  });
  if (servesMetrics) return [listener];
  return [listener, await serveMetrics(metrics, { ...address, port: metricsPort })];
}

/** The gateway, where there is to be one. */
function gatewayOf(
  { developmentIp, gateway }: RelayProxyOptions,
  parts: Pick<GatewayOptions, 'seats' | 'udp' | 'log' | 'metrics'>,
): Gateway | undefined {
  return (
    gateway &&
    createGateway({
      ...parts,
      url: gateway.url,
      address: gateway.address,
      // Who works on one machine has a simulated relay there.
      development: developmentIp !== undefined,
    })
  );
}

/** What Redis is told, by the settings that it comes from. */
const REDIS_SETTINGS_BY_OPTION = new Map([
  ['url', 'RELAIS_REDIS_URL'],
  ['prefix', 'RELAIS_REDIS_PREFIX'],
]);

/** The store that several instances share; `undefined` where there is none. */
async function connectToRedis(
  env: Env,
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
