import type { ListenOptions } from '../proxy/node.js';
import type { RelayProxyOptions } from '../proxy/options.js';
import {
  readList,
  readNumber,
  readOrigins,
  readSecrets,
  readSetting,
  readSwitch,
  readUrl,
  SettingError,
} from './settings.js';

/** One setting of `relais proxy`, from the environment. */
export interface ProxySetting {
  readonly name: string;
  /** What it is for, and its unit. */
  readonly help: string;
  /** As `--help` and the documentation tell it. */
  readonly fallback: string;
  /** Where its value belongs in {@link RelayProxyOptions}, or in {@link ListenOptions}. */
  readonly option: string;
  /** Whether it is one of {@link ListenOptions}. */
  readonly isForListening?: boolean;
  /** @throws {SettingError} */
  readonly read: (name: string, text: string) => unknown;
}

const text = (_name: string, value: string) => value;
const number = (least: number, most: number) => (name: string, value: string) =>
  readNumber(name, value, least, most);

/** Every setting of `relais proxy`. The order is that of `--help` and of docs/proxy.md. */
export const PROXY_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'EDGEGAP_API_TOKEN',
    help: 'the studio\'s API token, without the word "token"',
    fallback: 'required',
    option: 'edgegap.apiToken',
    read: text,
  },
  {
    name: 'EDGEGAP_API_URL',
    help: 'where the relay session API is',
    fallback: 'https://api.edgegap.com',
    option: 'edgegap.baseUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_UPSTREAM_CALLS',
    help: 'calls of that API per second, at most',
    fallback: '20',
    option: 'edgegap.callsPerSecond',
    read: number(1, 10_000),
  },
  {
    name: 'RELAIS_UPSTREAM_TIMEOUT',
    help: 'time for one such call, in milliseconds',
    fallback: '10000',
    option: 'edgegap.timeout',
    read: number(1, 600_000),
  },
  {
    name: 'RELAIS_ALLOWED_ORIGINS',
    help: 'origins whose pages may use the proxy, separated by commas; https://*.game.example for all below a host',
    fallback: 'none',
    option: 'allowedOrigins',
    read: readOrigins,
  },
  {
    name: 'RELAIS_ALLOW_NULL_ORIGIN',
    help: 'whether pages without an origin may use it, those in sandboxed frames and file://: on or off',
    fallback: 'off',
    option: 'allowNullOrigin',
    read: readSwitch,
  },
  {
    name: 'RELAIS_SECRETS',
    help: 'secrets that encrypt and sign what players hold, at least 32 characters each, separated by commas: the first is used, all are accepted',
    fallback: 'drawn at each start',
    option: 'secrets',
    read: readSecrets,
  },
  {
    name: 'RELAIS_GUESTS',
    help: 'whether players without an account may play: on or off',
    fallback: 'off',
    option: 'guests',
    read: readSwitch,
  },
  {
    name: 'RELAIS_JWT_SECRET',
    help: "shared secret of the studio's login tokens, JWTs signed with HS256",
    fallback: 'none',
    option: 'jwt.secret',
    read: text,
  },
  {
    name: 'RELAIS_JWKS_URL',
    help: "where the public keys of the studio's login tokens are, instead of a shared secret; needs issuer and audience",
    fallback: 'none',
    option: 'jwt.jwksUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_JWT_ISSUER',
    help: 'what "iss" of a login token must be, or several of which it must be one, separated by commas; required with RELAIS_JWKS_URL',
    fallback: 'anything',
    option: 'jwt.issuer',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_AUDIENCE',
    help: 'what "aud" of a login token must hold, or several of which it must hold one, separated by commas; required with RELAIS_JWKS_URL',
    fallback: 'anything',
    option: 'jwt.audience',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_ALGORITHMS',
    help: 'accepted algorithms, separated by commas',
    fallback: 'HS256, or with a JWKS RS256,PS256,ES256,EdDSA',
    option: 'jwt.algorithms',
    read: readList,
  },
  {
    name: 'RELAIS_JWT_PLAYER_CLAIM',
    help: "claim that holds the player's id",
    fallback: 'sub',
    option: 'jwt.playerClaim',
    read: text,
  },
  {
    name: 'RELAIS_JWT_CLOCK_TOLERANCE',
    help: 'how far the clocks may be apart, in seconds',
    fallback: '5',
    option: 'jwt.clockTolerance',
    read: number(0, 600),
  },
  {
    name: 'RELAIS_PUBLIC_URL',
    help: 'where the relay service reaches this proxy, for its webhook',
    fallback: 'none, no webhook',
    option: 'publicUrl',
    read: readUrl,
  },
  {
    name: 'RELAIS_BASE_PATH',
    help: 'path under which the proxy is mounted, /relay for instance',
    fallback: 'none',
    option: 'basePath',
    read: text,
  },
  {
    name: 'RELAIS_TRUSTED_PROXIES',
    help: 'IP addresses and ranges of the reverse proxies in front, separated by commas',
    fallback: 'none',
    option: 'trustedProxies',
    read: readList,
  },
  {
    name: 'RELAIS_IP_HEADER',
    help: "header in which they report the player's address",
    fallback: 'x-forwarded-for',
    option: 'ipHeader',
    read: text,
  },
  {
    name: 'RELAIS_DEVELOPMENT_IP',
    help: 'public IP address to use for players from a private one, for work on one machine',
    fallback: 'none, they are refused',
    option: 'developmentIp',
    read: text,
  },
  {
    name: 'RELAIS_TICKET_LIFETIME',
    help: 'how long a ticket lasts, in seconds; renewed at half that',
    fallback: '86400',
    option: 'ticketLifetime',
    read: number(2, 31_536_000),
  },
  {
    name: 'RELAIS_LEASE',
    help: 'how long a player may be silent before their seat is taken away, in seconds',
    fallback: '120',
    option: 'lease',
    read: number(1, 86_400),
  },
  {
    name: 'RELAIS_LONGEST_WAIT',
    help: 'longest time that a request is held, in seconds; at most half the lease',
    fallback: '25',
    option: 'longestWait',
    read: number(0, 600),
  },
  {
    name: 'RELAIS_KEEP_ALIVE',
    help: 'how long a connection stays open after its last request, in seconds; longer than what stands in front keeps it',
    fallback: '75',
    option: 'keepAlive',
    isForListening: true,
    read: number(1, 86_400),
  },
  ...(
    [
      ['RELAIS_BODY_BYTES', 'bodyBytes', 'largest body, in bytes', 16_384],
      ['RELAIS_REQUESTS_PER_IP', 'requestsPerIp', 'requests per minute and address', 1_200],
      ['RELAIS_REQUESTS_PER_PLAYER', 'requestsPerPlayer', 'requests per minute and player', 300],
      [
        'RELAIS_UPSTREAM_CALLS_PER_PLAYER',
        'upstreamCallsPerPlayer',
        'calls of the relay session API that one player causes per minute',
        120,
      ],
      [
        'RELAIS_UPSTREAM_CALLS_PER_IP',
        'upstreamCallsPerIp',
        'calls of the relay session API that one address causes per minute',
        600,
      ],
      ['RELAIS_GUESTS_PER_IP', 'guestsPerIp', 'guests per hour and address', 60],
      [
        'RELAIS_GUESTS_IN_TOTAL',
        'guestsInTotal',
        'guests per hour in total; beyond them they come in slowly',
        36_000,
      ],
      [
        'RELAIS_JOIN_MISSES_PER_IP',
        'joinMissesPerIp',
        'wrong join codes and session ids per minute and address',
        10,
      ],
      [
        'RELAIS_JOIN_MISSES_IN_TOTAL',
        'joinMissesInTotal',
        'wrong join codes and session ids per minute in total; beyond them all joins are slow',
        600,
      ],
      ['RELAIS_CREATES_PER_PLAYER', 'createsPerPlayer', 'creates per minute and player', 10],
      ['RELAIS_CREATES_PER_IP', 'createsPerIp', 'creates per hour and address', 120],
      ['RELAIS_SESSIONS_PER_PLAYER', 'sessionsPerPlayer', 'seats per player at the same time', 4],
      ['RELAIS_USERS_PER_SESSION', 'usersPerSession', 'players per session, the host included', 64],
      ['RELAIS_WAITS_PER_PLAYER', 'waitsPerPlayer', 'held requests per player', 4],
    ] as const
  ).map(([name, limit, help, fallback]) => ({
    name,
    help,
    fallback: String(fallback),
    option: `limits.${limit}`,
    read: number(1, 1_000_000_000),
  })),
];

/**
 * Reads the proxy's options from the environment. Empty counts as not set.
 *
 * @throws {SettingError}
 */
export function readProxyOptions(env: Env): RelayProxyOptions {
  if (readSetting(env, 'EDGEGAP_API_TOKEN') === undefined) {
    throw new SettingError("EDGEGAP_API_TOKEN must hold the studio's API token.");
  }
  const settings = PROXY_SETTINGS.filter(({ isForListening }) => !isForListening);
  // The table names the options, and createRelayProxy() checks them.
  return readOptions(settings, env) as unknown as RelayProxyOptions;
}

/**
 * Reads from the environment how the proxy listens. Empty counts as not set.
 *
 * @throws {SettingError}
 */
export function readListenOptions(env: Env): Pick<ListenOptions, 'keepAlive'> {
  return readOptions(
    PROXY_SETTINGS.filter(({ isForListening }) => isForListening),
    env,
  );
}

type Env = Readonly<Record<string, string | undefined>>;

function readOptions(settings: readonly ProxySetting[], env: Env): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const { name, option, read } of settings) {
    const value = readSetting(env, name);
    if (value === undefined) continue;
    const [group = '', key] = option.split('.');
    if (key === undefined) options[group] = read(name, value);
    else options[group] = { ...(options[group] as object), [key]: read(name, value) };
  }
  return options;
}

/** The settings as `--help` lists them. */
export function proxySettingsHelp(): string {
  return PROXY_SETTINGS.map(
    ({ name, help, fallback }) => `  ${name}\n      ${help} (default: ${fallback})\n`,
  ).join('');
}
