import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROXY_SETTINGS, proxySettingsHelp } from '../../src/cli/proxy-settings.js';
import {
  readListenOptions,
  readProxyOptions,
  readRedisOptions,
} from '../../src/cli/read-proxy-settings.js';
import { SettingError } from '../../src/cli/setting-error.js';
import { createRelayProxy } from '../../src/proxy/index.js';
import { DEFAULT_LIMITS } from '../../src/proxy/limits/default-limits.js';
import { serveRelayProxy } from '../../src/proxy/node.js';

const TOKEN = { EDGEGAP_API_TOKEN: 'x' };

describe('the settings of relais proxy', () => {
  it('are all in --help and in docs/proxy.md, to which the README leads, with their defaults', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('](docs/proxy.md#settings)');
    const rows = readFileSync('docs/proxy.md', 'utf8').split('\n');
    const help = proxySettingsHelp();
    for (const { name, fallback, help: text, option } of PROXY_SETTINGS) {
      expect(rows).toContain(`| \`${name}\` | ${text} | ${fallback} | \`${option}\` |`);
      expect(help).toContain(`${name}\n      ${text} (default: ${fallback})`);
    }
    const documented = rows.filter((row) => /^\| `(RELAIS|EDGEGAP)_/.test(row));
    expect(documented).toHaveLength(PROXY_SETTINGS.length);
  });

  it('tell the limits’ true defaults', () => {
    for (const [limit, value] of Object.entries(DEFAULT_LIMITS)) {
      const setting = PROXY_SETTINGS.find(({ option }) => option === `limits.${limit}`);
      expect(setting?.fallback).toBe(String(value));
    }
  });

  it('become options that the proxy takes', () => {
    const env = {
      ...TOKEN,
      EDGEGAP_API_URL: 'http://127.0.0.1:1',
      RELAIS_GUESTS: 'on',
      RELAIS_SECRETS: `${'a'.repeat(32)}, ${'b'.repeat(32)}`,
      RELAIS_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      RELAIS_JWT_SECRET: 'c'.repeat(32),
      RELAIS_JWT_ALGORITHMS: 'HS256, HS512',
      RELAIS_JWT_ISSUER: 'studio',
      RELAIS_JWT_AUDIENCE: 'game, beta',
      RELAIS_USERS_PER_SESSION: '9',
      RELAIS_LEASE: '',
    };
    const options = readProxyOptions(env);
    expect(options).toEqual({
      edgegap: { apiToken: 'x', baseUrl: 'http://127.0.0.1:1' },
      guests: true,
      secrets: ['a'.repeat(32), 'b'.repeat(32)],
      trustedProxies: ['10.0.0.0/8', '::1'],
      jwt: {
        secret: 'c'.repeat(32),
        issuer: ['studio'],
        audience: ['game', 'beta'],
        algorithms: ['HS256', 'HS512'],
      },
      limits: { usersPerSession: 9 },
    });
    expect(() => createRelayProxy(options)).not.toThrow();
  });

  it('of listening are apart from the proxy’s own', () => {
    const env = { ...TOKEN, RELAIS_KEEP_ALIVE: '7' };
    expect(readListenOptions(env)).toEqual({ keepAlive: 7 });
    expect(readProxyOptions(env)).toEqual({ edgegap: { apiToken: 'x' } });
    expect(readListenOptions({ ...TOKEN, RELAIS_KEEP_ALIVE: '' })).toEqual({});
    expect(() => readListenOptions({ RELAIS_KEEP_ALIVE: '0' })).toThrow('RELAIS_KEEP_ALIVE');
  });

  it.each([
    ['EDGEGAP_API_TOKEN', ''],
    ['EDGEGAP_API_URL', 'here'],
    ['RELAIS_GUESTS', 'yes'],
    ['RELAIS_SECRETS', 'short'],
    ['RELAIS_ALLOWED_ORIGINS', '*'],
    ['RELAIS_ALLOWED_ORIGINS', 'https://game.example, https://a.*.example'],
    ['RELAIS_ALLOWED_ORIGINS', 'file://'],
    ['RELAIS_ALLOW_NULL_ORIGIN', 'yes'],
    ['RELAIS_LEASE', '1m'],
    ['RELAIS_PUBLIC_URL', 'studio.example'],
    ['RELAIS_WAITS_PER_PLAYER', '0'],
    ['RELAIS_GATEWAY', 'yes'],
    ['RELAIS_GATEWAY_URL', 'wss://gateway.example/v1/channel'],
    ['RELAIS_GATEWAY_ADDRESS', '203.0.113.9'],
    ['RELAIS_GATEWAY_ONLY', 'on'],
  ])('are refused by name: %s=%s', (name, value) => {
    expect(() => readProxyOptions({ ...TOKEN, [name]: value })).toThrow(name);
  });

  it('of Redis are apart from the proxy’s own, and need secrets that the instances share', () => {
    const secrets = { RELAIS_SECRETS: 'a'.repeat(32) };
    const url = 'redis://relais:hush@127.0.0.1:6379/1';
    const env = {
      ...TOKEN,
      ...secrets,
      RELAIS_REDIS_URL: ` ${url}\n`,
      RELAIS_REDIS_PREFIX: 'game:',
    };
    expect(readRedisOptions(env)).toEqual({ url, prefix: 'game:' });
    expect(readProxyOptions(env)).toEqual({
      edgegap: { apiToken: 'x' },
      secrets: ['a'.repeat(32)],
    });
    expect(readRedisOptions({ ...env, RELAIS_REDIS_PREFIX: '' })).toEqual({ url });
    expect(readRedisOptions(TOKEN)).toBeUndefined();
    expect(() => readRedisOptions({ ...env, RELAIS_SECRETS: '' })).toThrow(
      'RELAIS_REDIS_URL needs RELAIS_SECRETS',
    );
    expect(() => readRedisOptions({ ...env, RELAIS_REDIS_URL: '' })).toThrow(
      'RELAIS_REDIS_PREFIX needs RELAIS_REDIS_URL',
    );
  });

  it('of the gateway mean nothing without it, and say so', () => {
    const others = {
      RELAIS_GATEWAY_URL: 'wss://gateway.example/v1/channel',
      RELAIS_GATEWAY_ADDRESS: '203.0.113.9',
      RELAIS_GATEWAY_ONLY: 'on',
    };
    for (const [name, value] of Object.entries(others)) {
      const message = `${name} needs RELAIS_GATEWAY=on: there is no gateway now.`;
      for (const without of [{}, { RELAIS_GATEWAY: 'off' }, { RELAIS_GATEWAY: ' ' }]) {
        const read = () => readProxyOptions({ ...TOKEN, ...without, [name]: value });
        expect(read).toThrow(new SettingError(message));
      }
    }
    const read = (env: object) => readProxyOptions({ ...TOKEN, ...env }).gateway;
    expect(read({ ...others, RELAIS_GATEWAY: 'on' })).toEqual({
      url: 'wss://gateway.example/v1/channel',
      address: '203.0.113.9',
      only: true,
    });
    expect(read({ RELAIS_GATEWAY: 'on' })).toEqual({});
    expect(read({ RELAIS_GATEWAY: 'off' })).toBeUndefined();
    expect(read({})).toBeUndefined();
  });

  it('of the gateway are refused in their own names', () => {
    const read = (env: object) => () =>
      readProxyOptions({ ...TOKEN, RELAIS_GATEWAY: 'on', ...env });
    expect(read({ RELAIS_GATEWAY_URL: 'https://gateway.example' })).toThrow(
      new SettingError(
        'RELAIS_GATEWAY_URL must be a URL like wss://gateway-1.studio.example/v1/channel.',
      ),
    );
    expect(read({ RELAIS_GATEWAY_ADDRESS: 'here' })).toThrow(
      new SettingError('RELAIS_GATEWAY_ADDRESS must be an IP address like 203.0.113.7.'),
    );
    expect(read({ RELAIS_GATEWAY_ONLY: 'yes' })).toThrow('RELAIS_GATEWAY_ONLY must be "on" or');
  });

  it('are refused in their own names, and in those of no option', () => {
    const secret = 'hunter2';
    const refusals = {
      EDGEGAP_API_TOKEN: ['a b', 'EDGEGAP_API_TOKEN must be visible ASCII without spaces.'],
      RELAIS_LEASE: ['86401', 'RELAIS_LEASE must be a whole number from 1 to 86400.'],
      RELAIS_KEEP_ALIVE: ['0', 'RELAIS_KEEP_ALIVE must be a whole number from 1 to 86400.'],
      RELAIS_BODY_BYTES: ['0', 'RELAIS_BODY_BYTES must be a whole number from 1 to 1000000000.'],
      RELAIS_SECRETS: [
        `${'a'.repeat(32)},${secret}`,
        'Entry 2 of RELAIS_SECRETS must have at least 32 characters.',
      ],
      RELAIS_JWKS_URL: [
        'here',
        'RELAIS_JWKS_URL must be an http(s) URL like https://api.edgegap.com.',
      ],
      RELAIS_BASE_PATH: ['relay', 'RELAIS_BASE_PATH must be a path like /relay.'],
      RELAIS_ALLOWED_ORIGINS: [
        'null',
        'Entry 1 of RELAIS_ALLOWED_ORIGINS must not be "null", which stands for any page that has no origin: ' +
          'see RELAIS_ALLOW_NULL_ORIGIN.',
      ],
    } as const;
    for (const [name, [value, message]] of Object.entries(refusals)) {
      const env = { ...TOKEN, [name]: value };
      const read = () => ({ ...readProxyOptions(env), ...readListenOptions(env) });
      expect(read).toThrow(new SettingError(message));
    }
  });

  it('have no bound of their own: what an option may be is refused where it is used, too', async () => {
    const options = { edgegap: { apiToken: 'x' }, guests: true };
    expect(() => createRelayProxy({ ...options, lease: 86_401 })).toThrow('"lease"');
    const proxy = createRelayProxy(options);
    for (const wrong of [{ keepAlive: 0 }, { port: 65_536 }, { hostname: '127.1' }]) {
      const listening = serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1', ...wrong });
      await expect(listening).rejects.toMatchObject({ code: 'invalid-option' });
      await expect(listening).rejects.toThrow(`"${Object.keys(wrong)[0]}" must be`);
    }
    await proxy.close();
  });

  it('are taken without blanks and line ends around them, all alike', () => {
    const values: Record<string, string> = {
      EDGEGAP_API_TOKEN: 'x',
      EDGEGAP_API_URL: 'http://127.0.0.1:1',
      RELAIS_UPSTREAM_CALLS: '7',
      RELAIS_ALLOWED_ORIGINS: 'https://a.example , https://b.example',
      RELAIS_SECRETS: `${'a'.repeat(32)}\n,\n${'b'.repeat(32)}`,
      RELAIS_GUESTS: 'on',
      RELAIS_JWT_SECRET: 'c'.repeat(32),
      RELAIS_JWT_ISSUER: 'studio\n, publisher',
      RELAIS_JWT_PLAYER_CLAIM: 'account',
      RELAIS_PUBLIC_URL: 'https://studio.example/relay',
      RELAIS_BASE_PATH: '/relay',
      RELAIS_TRUSTED_PROXIES: '10.0.0.0/8,\t::1',
      RELAIS_IP_HEADER: 'forwarded',
      RELAIS_DEVELOPMENT_IP: '1.1.1.1',
      RELAIS_LEASE: '60',
    };
    const bare = readProxyOptions(values);
    expect(bare).toMatchObject({
      secrets: ['a'.repeat(32), 'b'.repeat(32)],
      jwt: { issuer: ['studio', 'publisher'] },
    });
    expect(() => createRelayProxy(bare)).not.toThrow();
    for (const [before, behind] of [
      ['', '\n'],
      ['', '\r\n'],
      [' \t', ' \n\n'],
    ]) {
      const wrapped = Object.entries(values).map(([name, value]) => [
        name,
        before + value + behind,
      ]);
      expect(readProxyOptions(Object.fromEntries(wrapped))).toEqual(bare);
    }
  });

  it('count as not set where nothing but blanks and line ends is in them', () => {
    for (const { name } of PROXY_SETTINGS) {
      if (name === 'EDGEGAP_API_TOKEN') continue;
      expect(readProxyOptions({ ...TOKEN, [name]: ' \r\n' })).toEqual(readProxyOptions(TOKEN));
    }
    expect(() => readProxyOptions({ EDGEGAP_API_TOKEN: '\n' })).toThrow('EDGEGAP_API_TOKEN');
  });

  it.each([
    'RELAIS_TRUSTED_PROXIES',
    'RELAIS_ALLOWED_ORIGINS',
    'RELAIS_SECRETS',
    'RELAIS_JWT_ISSUER',
    'RELAIS_JWT_AUDIENCE',
    'RELAIS_JWT_ALGORITHMS',
  ])('have no empty entry: %s', (name) => {
    for (const value of ['a,,b', 'a,', ',a', ',', 'a, \n,b']) {
      expect(() => readProxyOptions({ ...TOKEN, [name]: value })).toThrow(
        `${name} has an empty entry`,
      );
    }
  });

  it('are not taken for one entry where each stands in a line of its own', () => {
    const secrets = ['a secret of thirty-two characters 1', 'a secret of thirty-two characters 2'];
    const read = (RELAIS_SECRETS: string) =>
      readProxyOptions({ ...TOKEN, RELAIS_GUESTS: 'on', RELAIS_SECRETS });
    expect(() => read(secrets.join('\n'))).toThrow('RELAIS_SECRETS has a line end within an entry');
    expect(read(secrets.join(',\n')).secrets).toEqual(secrets);
  });

  it('take the origins that the proxy takes, and lead from "null" to the setting for it', () => {
    const origins = ['https://*.itch.zone', 'capacitor://localhost', 'https://Game.example:443'];
    const env = { ...TOKEN, RELAIS_GUESTS: 'on', RELAIS_ALLOW_NULL_ORIGIN: 'on' };
    const options = readProxyOptions({ ...env, RELAIS_ALLOWED_ORIGINS: origins.join(' , ') });
    expect(options).toMatchObject({ allowedOrigins: origins, allowNullOrigin: true });
    expect(() => createRelayProxy(options)).not.toThrow();
    expect(() => readProxyOptions({ ...env, RELAIS_ALLOWED_ORIGINS: 'null' })).toThrow(
      'RELAIS_ALLOW_NULL_ORIGIN',
    );
  });

  it('never repeat a secret in an error', () => {
    expect(() => readProxyOptions({ ...TOKEN, RELAIS_SECRETS: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
