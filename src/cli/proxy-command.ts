import { parseArgs } from 'node:util';
import {
  createPrometheusMetrics,
  type Listener,
  type ListenOptions,
  serveRelayProxy,
} from '../proxy/node.js';
import { createRelayProxy } from '../proxy/relay-proxy.js';
import { LogLines, writeTo } from './log-lines.js';
import { proxySettingsHelp } from './proxy-settings.js';
import {
  PROXY_SETTINGS_BY_OPTION,
  readListenOptions,
  readProxyOptions,
} from './read-proxy-settings.js';
import { readSetting } from './read-setting.js';
import { readWholeNumber } from './read-value.js';
import { inNamesOfSettings } from './setting-error.js';

export const proxyHelp = `relais proxy: the token-issuing proxy between games and Edgegap

  --port <number>    TCP port; 0 picks a free one (default 8080)
  --host <address>   address to listen on (default 127.0.0.1)
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
    },
  });
  const lines = new LogLines(writeTo(process.stdout));
  const listener = await serve(lines, env, {
    port: readWholeNumber('--port', values.port),
    hostname: values.host,
  }).catch((error: unknown) => {
    throw inNamesOfSettings(error, PROXY_SETTINGS_BY_OPTION);
  });
  const warning = readSetting(env, 'RELAIS_SECRETS') === undefined ? WITHOUT_SECRETS : '';
  return {
    message: `Proxy listening on ${listener.url}${warning}`,
    async close() {
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
  const proxy = createRelayProxy({
    ...readProxyOptions(env),
    metrics: createPrometheusMetrics({ droppedLogLines: () => lines.dropped }),
    log: (entry) => lines.add(entry),
  });
  return serveRelayProxy(proxy, {
    ...readListenOptions(env),
    ...address,
    overrideGlobalObjects: true,
  });
}
