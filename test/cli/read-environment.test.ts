import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';
import { readEnvironment, unknownSettings } from '../../src/cli/read-environment.js';
import { SettingError } from '../../src/cli/setting-error.js';
import { runCommand } from '../support/command.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relais-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A mounted file with this in it. */
function mounted(text: string): string {
  const file = join(folder, `secret-${Math.random()}`);
  writeFileSync(file, text);
  return file;
}

const SECRETS = PROXY_SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name);

describe('a setting that does not exist', () => {
  it.each([
    ['RELAIS_ALLOWED_ORIGIN', 'RELAIS_ALLOWED_ORIGINS'],
    ['RELAIS_SECRET', 'RELAIS_SECRETS'],
    ['RELAIS_JWT_SECRETS_FILE', 'RELAIS_JWT_SECRET_FILE'],
    ['RELAIS_LEASE_FILE', 'RELAIS_LEASE'],
    ['RELAIS_PUBLIC_URI', 'RELAIS_PUBLIC_URL'],
    ['EDGEGAP_API_TOKNE', 'EDGEGAP_API_TOKEN'],
    ['EDGEGAP_API_URI', 'EDGEGAP_API_URL'],
  ])('is refused with the nearest name: %s', (name, nearest) => {
    expect(() => readEnvironment({ [name]: 'x' })).toThrow(
      new SettingError(`${name} is no setting: did you mean ${nearest}?`),
    );
  });

  it('ends the start of the proxy in one sentence, with exit code 2', async () => {
    const env = { EDGEGAP_API_TOKEN: 'x', RELAIS_GUESTS: 'on', RELAIS_ALLOWED_ORIGIN: 'a' };
    const ended = await runCommand(['proxy', '--port', '0'], env).ended;
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: 'relais: RELAIS_ALLOWED_ORIGIN is no setting: did you mean RELAIS_ALLOWED_ORIGINS?\n',
    });
  });

  it('is none where it is empty, another program’s, or what Kubernetes sets for its services', () => {
    const env = {
      RELAIS_ALLOWED_ORIGIN: ' ',
      EDGEGAP_API_KEY: 'another program’s',
      EDGEGAP_MIRROR_LOBBY: 'x',
      PATH: '/bin',
      RELAIS_SERVICE_HOST: '10.0.0.9',
      RELAIS_SERVICE_PORT: '8080',
      RELAIS_SERVICE_PORT_HTTP: '8080',
      RELAIS_PORT: 'tcp://10.0.0.9:8080',
      RELAIS_PORT_8080_TCP: 'tcp://10.0.0.9:8080',
      RELAIS_PORT_8080_TCP_ADDR: '10.0.0.9',
      RELAIS_METRICS_PORT: 'tcp://10.0.0.9:9090',
      RELAIS_REDIS_PORT_6379_TCP_PROTO: 'tcp',
    };
    expect(unknownSettings(env)).toEqual([]);
    expect(readEnvironment(env)).not.toHaveProperty('RELAIS_METRICS_PORT');
    expect(unknownSettings({ RELAIS_PORT: '8080' })).toHaveLength(1);
    expect(readEnvironment({ RELAIS_METRICS_PORT: '9090' })).toHaveProperty('RELAIS_METRICS_PORT');
  });
});

describe('a secret in a file', () => {
  it('is read for every secret setting, and for no other', () => {
    expect(SECRETS).toEqual([
      'EDGEGAP_API_TOKEN',
      'RELAIS_SECRETS',
      'RELAIS_JWT_SECRET',
      'RELAIS_REDIS_URL',
    ]);
    for (const name of SECRETS) {
      const env = { [`${name}_FILE`]: ` ${mounted('from the file\n')}\n` };
      expect(readEnvironment(env)[name]).toBe('from the file');
    }
  });

  it('serves the proxy', async () => {
    const proxy = runCommand(['proxy', '--port', '0'], {
      EDGEGAP_API_TOKEN_FILE: mounted('x\n'),
      RELAIS_SECRETS_FILE: mounted('a secret that instances share 123456\n'),
      RELAIS_GUESTS: 'on',
    });
    await proxy.listening;
    proxy.stop('SIGTERM');
    const { code, stdout } = await proxy.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain('Without RELAIS_SECRETS');
  });

  it.each(SECRETS)('is refused where there is none to be had, and shown in no case: %s', (name) => {
    const read = (env: Record<string, string>) => () => readEnvironment(env);
    const setting = `${name}_FILE`;
    expect(read({ [setting]: '/nowhere/hunter2' })).toThrow(
      new SettingError(`${setting} must name a file that can be read (ENOENT).`),
    );
    expect(read({ [setting]: folder })).toThrow(
      new SettingError(`${setting} must name a file that can be read (EISDIR).`),
    );
    expect(read({ [setting]: mounted(' \n') })).toThrow(
      new SettingError(`${setting} names a file with nothing in it.`),
    );
    expect(read({ [setting]: mounted('hunter2'), [name]: 'hunter3' })).toThrow(
      new SettingError(`${name} and ${setting} are both set: leave one of them out.`),
    );
  });
});
