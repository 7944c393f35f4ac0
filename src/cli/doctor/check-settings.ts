import { checkOptions } from '../../proxy/checked-options.js';
import type { RelayProxyOptions } from '../../proxy/options.js';
import { createRelayProxy } from '../../proxy/relay-proxy.js';
import { PROXY_SETTINGS } from '../proxy-settings.js';
import { readSecretFiles, unknownSettings } from '../read-environment.js';
import {
  PROXY_SETTINGS_BY_OPTION,
  readListenOptions,
  readMetricsPort,
  readProxyOptions,
  readRedisOptions,
  readUdpOptions,
} from '../read-proxy-settings.js';
import { type Env, readSetting } from '../read-setting.js';
import { inNamesOfSettings } from '../setting-error.js';
import { type Finding, fine, problem, warning } from './finding.js';

const NO_START = 'relais proxy does not start with it.';
const SEE = 'Set it right: docs/proxy.md lists all settings.';

/** What is wrong with the settings as such: all that is, and not only the first. Empty where the proxy would start. */
export async function wrongSettings(environment: Env): Promise<Finding[]> {
  const unknown = unknownSettings(environment);
  const read = attempt(() => readSecretFiles(environment));
  const env = read.value ?? environment;
  const single = PROXY_SETTINGS.flatMap(({ name }) => wrongBy(name, env));
  const messages = [...unknown, ...read.messages, ...single];
  if (messages.length === 0) messages.push(...(await wrongTogether(env)));
  return [...new Set(messages)].map((message) => problem(message, NO_START, SEE));
}

/** What is wrong with one setting, whatever the others are. */
function wrongBy(name: string, env: Env): string[] {
  const value = readSetting(env, name);
  if (value === undefined) return [];
  const alone = {
    EDGEGAP_API_TOKEN: 'x',
    // Settings of the gateway mean nothing without it, and the address of its UDP port nothing without that.
    RELAIS_GATEWAY: env['RELAIS_GATEWAY'],
    RELAIS_GATEWAY_UDP_PORT: env['RELAIS_GATEWAY_UDP_PORT'],
    [name]: value,
  };
  return attempt(() => {
    readProxyOptions(alone);
    readListenOptions(alone);
    readMetricsPort(alone);
    readUdpOptions(alone);
  }).messages;
}

/** What is wrong with all of them together. */
async function wrongTogether(env: Env): Promise<string[]> {
  const { messages, value } = attempt(() => {
    readRedisOptions(env);
    const options = readProxyOptions(env);
    checkOptions(options);
    // It looks at what the others cannot: addresses, keys. It is not started, so it calls nobody.
    return createRelayProxy(options);
  });
  await value?.close();
  return messages;
}

/** Does something that may be refused. */
function attempt<Result>(work: () => Result): { value?: Result; messages: string[] } {
  try {
    return { value: work(), messages: [] };
  } catch (error) {
    const { message } = inNamesOfSettings(error, PROXY_SETTINGS_BY_OPTION) as Error;
    return { messages: [message] };
  }
}

/** What settings that are right as such lead to. */
export function adviceOn({
  allowedOrigins,
  developmentIp,
  publicUrl,
  secrets,
}: RelayProxyOptions): Finding[] {
  const findings = [fine('The settings are right, each by itself and all together.')];
  if (!secrets) {
    findings.push(
      warning(
        'RELAIS_SECRETS is not set.',
        'After a restart no ticket is valid, and nobody ends the sessions from before, which are billed.',
        'Set it: openssl rand -base64 32',
      ),
    );
  }
  if (!allowedOrigins) {
    findings.push(
      warning(
        'RELAIS_ALLOWED_ORIGINS is not set.',
        'A browser lets no page use the proxy but those of its own origin.',
        'Name the origin of the game’s page, https://game.example for instance.',
      ),
    );
  }
  if (developmentIp !== undefined && String(publicUrl ?? '').startsWith('https:')) {
    findings.push(
      warning(
        'RELAIS_DEVELOPMENT_IP is set, and so is a public URL with https.',
        'Whoever comes from a private address gets a relay near that one; and the gateway sends to private addresses.',
        'Leave it out where players play.',
      ),
    );
  }
  return findings;
}
