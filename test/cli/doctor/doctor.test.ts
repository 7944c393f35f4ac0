import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGateway } from '../../../src/cli/doctor/check-gateway.js';
import type { Patient } from '../../../src/cli/doctor/patient.js';
import { built } from '../../support/built.js';
import { runCommand } from '../../support/command.js';
import { findingsOn, told } from '../../support/doctor.js';
import { freePort } from '../../support/free-port.js';
import { standInFront } from '../../support/front.js';
import { describeWithRedis, startRedis } from '../../support/redis-server.js';
import { answerJson, scriptServer } from '../../support/scripted-server.js';
import { API_TOKEN, type Stack, startStack } from '../../support/stack.js';

const SECRET = 'the secret of our own instances 1234';
const JWT_SECRET = 'the secret of the studio’s own login 1';
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({}, { secrets: [SECRET], gateway: {}, longestWait: 1 });
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Settings with which nothing is wrong. */
const healthy = (more: Record<string, string> = {}) => ({
  EDGEGAP_API_TOKEN: API_TOKEN,
  EDGEGAP_API_URL: stack.simulator.url,
  RELAIS_SECRETS: SECRET,
  RELAIS_ALLOWED_ORIGINS: 'https://game.example',
  RELAIS_GUESTS: 'on',
  RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  RELAIS_PUBLIC_URL: stack.proxyUrl,
  RELAIS_LONGEST_WAIT: '1',
  RELAIS_GATEWAY: 'on',
  ...more,
});

describe('relais doctor', () => {
  it('finds nothing wrong where nothing is, and says what it has looked at', async () => {
    const { code, stdout } = await runCommand(['doctor', '--json'], healthy()).ended;
    const findings = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(told(findings, 'problem')).toBe('');
    const fine = told(findings, 'fine');
    for (const words of [
      'files may be open',
      'The settings are right',
      'The API token works; 0 sessions',
      'The relay service’s clock agrees',
      'The API token may create, get and delete',
      'No Redis',
      'Pages reach the gateway',
      'RELAIS_PUBLIC_URL leads to this proxy',
      'The proxy’s clock agrees',
      'A request may be held for 1 s',
    ]) {
      expect(fine).toContain(words);
    }
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('tells people what it is, why it matters and what to do', async () => {
    const { code, stdout } = await runCommand(['doctor', '--quick'], { EDGEGAP_API_TOKEN: 'x' })
      .ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^problem {2}Tell who may play: .+\n {9}Why: relais proxy does not start with it\.\n {9}Do: {2}Set it right/m,
    );
    expect(stdout).toMatch(/\n\n1 problem, \d warnings?\.\n$/);
  });

  it('has exit code 1 for warnings where it is strict, and leaves out what takes long where it is quick', async () => {
    const warned = healthy({ RELAIS_ALLOWED_ORIGINS: '' });
    const run = (...flags: string[]) => runCommand(['doctor', ...flags], warned).ended;
    const lax = await run('--quick');
    expect(lax.stdout).toContain('RELAIS_ALLOWED_ORIGINS is not set.');
    expect(lax.stdout).not.toContain('may be held');
    expect(lax.code).toBe(0);
    expect((await run('--quick', '--strict')).code).toBe(1);
    expect((await run('--fast')).code).toBe(2);
  });

  it('finds all settings that are wrong, not only the first', async () => {
    const findings = await findingsOn({
      ...healthy(),
      RELAIS_ALLOWED_ORIGIN: 'https://game.example',
      RELAIS_LEASE: '1 minute',
      RELAIS_SECRETS: 'short',
      RELAIS_KEEP_ALIVE: '0',
      RELAIS_METRICS_PORT: '70000',
      RELAIS_JWT_SECRET_FILE: '/nowhere/at/all',
    });
    const problems = told(findings, 'problem').split('\n');
    expect(problems).toEqual([
      'RELAIS_ALLOWED_ORIGIN is no setting: did you mean RELAIS_ALLOWED_ORIGINS?',
      'RELAIS_JWT_SECRET_FILE must name a file that can be read (ENOENT).',
      'Entry 1 of RELAIS_SECRETS must have at least 32 characters.',
      'RELAIS_METRICS_PORT must be a whole number from 0 to 65535.',
      'RELAIS_LEASE must be a whole number, not "1 minute".',
      'RELAIS_KEEP_ALIVE must be a whole number from 1 to 86400.',
    ]);
    const together = await findingsOn(healthy({ RELAIS_LEASE: '30', RELAIS_LONGEST_WAIT: '25' }));
    expect(told(together, 'problem')).toBe(
      'RELAIS_LEASE must be at least twice RELAIS_LONGEST_WAIT.',
    );
  });

  it('reads secrets from files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relais-doctor-'));
    const file = join(folder, 'token');
    writeFileSync(file, `${API_TOKEN}\n`);
    const env = healthy({ EDGEGAP_API_TOKEN: '', EDGEGAP_API_TOKEN_FILE: file });
    const findings = await findingsOn(env);
    rmSync(folder, { recursive: true });
    expect(told(findings, 'fine')).toContain('The API token works');
  });
});

describe('relais doctor and the relay service', () => {
  it('finds a token that is not accepted', async () => {
    const findings = await findingsOn(healthy({ EDGEGAP_API_TOKEN: 'wrong' }));
    expect(told(findings, 'problem')).toBe(
      'The relay service does not accept the API token (HTTP 403).',
    );
  });

  it('finds a service that is not there, and something else in its place', async () => {
    const away = healthy({ EDGEGAP_API_URL: `http://127.0.0.1:${await freePort()}` });
    expect(told(await findingsOn(away), 'problem')).toBe(
      'The relay service does not answer (ECONNREFUSED).',
    );
    await using other = await scriptServer((_request, response) => response.end('<h1>Hello'));
    const wrong = healthy({ EDGEGAP_API_URL: other.url });
    expect(told(await findingsOn(wrong), 'problem')).toContain(
      'What answers at EDGEGAP_API_URL is not the relay session API (HTTP 200).',
    );
  });

  it('finds what the token may not do, without changing anything', async () => {
    await using service = await scriptServer((request, response) => {
      if (request.url?.includes('limit=1')) return answerJson(response, 200, { total_count: 3 });
      const isRefused = request.method === 'DELETE' || request.url?.endsWith(':revoke-user');
      answerJson(response, isRefused ? 403 : 404, { message: 'No.' });
    });
    const findings = await findingsOn(healthy({ EDGEGAP_API_URL: service.url }));
    expect(told(findings, 'problem')).toBe(
      'The API token may not do everything: delete, revoke-user.',
    );
    const named = service.requests.filter(({ path }) => /sessions\//.test(path));
    expect(named.length).toBe(2);
    for (const { path } of named) expect(path).toContain('/relais-doctor-');
  });

  it('ends a session that the service makes of an order that lacks everything', async () => {
    await using service = await scriptServer((request, response) => {
      if (request.url?.includes('limit=1')) return answerJson(response, 200, { total_count: 0 });
      const isOrder = request.method === 'POST' && request.url?.endsWith('/sessions');
      answerJson(response, isOrder ? 200 : 404, isOrder ? { session_id: 'made' } : {});
    });
    await findingsOn(healthy({ EDGEGAP_API_URL: service.url }));
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toContain(
      'DELETE /v1/relays/sessions/made',
    );
  });

  it('finds clocks that are apart', async () => {
    await using service = await scriptServer((_request, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString());
      answerJson(response, 200, { total_count: 0 });
    });
    const findings = await findingsOn(healthy({ EDGEGAP_API_URL: service.url }));
    expect(told(findings, 'problem')).toMatch(
      /^The relay service’s clock and this machine’s are (599|600|601) s apart\.$/m,
    );
  });
});

describe('relais doctor and the public URL', () => {
  const problems = async (url: string, { quick = true } = {}) =>
    told(await findingsOn(healthy({ RELAIS_PUBLIC_URL: url }), { quick }), 'problem');

  it('is not content with a stranger’s server, whatever that answers', async () => {
    const answers = [
      [200, '<h1>Welcome to nginx', 'Something that is no proxy of Relais answers'],
      [200, '{"status":"ok"}', 'Something that is no proxy of Relais answers'],
      [200, '{"answer":"forged"}', 'Something that is no proxy of Relais answers'],
      [404, '{"code":"not-found"}', 'Something that is no proxy of Relais answers'],
      [301, '', 'leads on to another URL (HTTP 301)'],
      [502, '', 'has no proxy behind it (HTTP 502)'],
    ] as const;
    for (const [status, body, words] of answers) {
      await using stranger = await scriptServer((request, response) => {
        response.writeHead(request.url === '/healthz' ? 200 : status).end(body);
      });
      expect(await problems(stranger.url)).toContain(words);
    }
  });

  it('takes no answer of this proxy’s to another question', async () => {
    let kept = '';
    await using replaying = await scriptServer(async (request, response) => {
      const { authorization = '' } = request.headers;
      const answer = await fetch(`${stack.proxyUrl}${request.url}`, { headers: { authorization } });
      const text = await answer.text();
      if (request.url === '/v1/doctor') kept ||= text;
      response.writeHead(200).end(request.url === '/v1/doctor' ? kept : text);
    });
    expect(await problems(replaying.url)).not.toContain('no proxy of Relais');
    expect(await problems(replaying.url)).toContain('no proxy of Relais answers');
  });

  it('knows another proxy, one that nobody has started, and one behind a wrong path', async () => {
    await using other = await startStack({}, { secrets: ['x'.repeat(32)] });
    expect(await problems(other.proxyUrl)).toContain('Another proxy answers');
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    expect(await problems(nowhere)).toContain('Nobody answers at RELAIS_PUBLIC_URL');
    expect(await problems(`${stack.proxyUrl}/relay`)).toContain('no proxy of Relais');
  });

  it('says that it cannot tell without secrets', async () => {
    const findings = await findingsOn(healthy({ RELAIS_SECRETS: '' }));
    expect(told(findings, 'warning')).toContain('Without RELAIS_SECRETS nobody can tell');
  });

  it('finds a reverse proxy that cuts held requests', async () => {
    await using front = await standInFront(stack.proxyUrl, { idle: 300 });
    expect(await problems(front.url, { quick: false })).toContain(
      'A request that is held for 1 s does not come back (HTTP 504).',
    );
  });

  it('finds a gateway that no WebSocket gets through to', async () => {
    await using front = await standInFront(stack.proxyUrl);
    expect(await problems(front.url)).toMatch(/^No WebSocket gets through to the gate/m);
  });
});

describe('relais doctor and what stands in front', () => {
  const OWN = 'x-forwarded-for';

  it.each([
    ['leaves the header as it came', ['127.0.0.1'], (came: string) => came, 'as the player has'],
    ['takes it away', ['127.0.0.1'], () => undefined, 'does not report where players come from'],
    ['is not trusted', [], (came: string) => `${came}, 9.9.9.9`, 'not in RELAIS_TRUSTED_PROXIES'],
    ['is not trusted, and overwrites it', [], () => '9.9.9.9', 'not in RELAIS_TRUSTED_PROXIES'],
    ['appends', ['127.0.0.1'], (came: string) => `${came}, 9.9.9.9`, ''],
    ['overwrites it', ['127.0.0.1'], () => '9.9.9.9', ''],
  ] as const)('judges one that %s', async (_name, trustedProxies, change, words) => {
    await using proxy = await startStack({}, { secrets: [SECRET], trustedProxies });
    await using front = await standInFront(proxy.proxyUrl, {
      headers: ({ [OWN]: came, ...others }) => {
        const changed = change(String(came));
        return changed === undefined ? others : { ...others, [OWN]: changed };
      },
    });
    const env = {
      ...healthy({ RELAIS_GATEWAY: '', RELAIS_PUBLIC_URL: front.url }),
      RELAIS_TRUSTED_PROXIES: trustedProxies.join(),
    };
    const findings = await findingsOn(env);
    expect(told(findings, 'problem')).toContain(words);
    if (words === '') {
      expect(told(findings, 'problem')).toBe('');
      expect(told(findings, 'fine')).toContain('believes nobody but what stands in front');
    }
  });

  it('says that it cannot tell where it comes from a trusted address itself', async () => {
    await using proxy = await startStack({}, { secrets: [SECRET], trustedProxies: ['127.0.0.1'] });
    await using front = await standInFront(proxy.proxyUrl, {
      headers: (headers) => ({ ...headers, [OWN]: `${headers[OWN]}, 127.0.0.1` }),
    });
    const env = healthy({ RELAIS_GATEWAY: '', RELAIS_PUBLIC_URL: front.url });
    const findings = await findingsOn(env);
    expect(told(findings, 'warning')).toContain('from an address in RELAIS_TRUSTED_PROXIES');
  });
});

describeWithRedis('relais doctor and the store', () => {
  it('finds a Redis that is of no use, and says nothing of its password', async () => {
    await using good = await startRedis();
    await using bad = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    await using shut = await startRedis(['--requirepass', 'another'], { password: 'another' });
    const look = async (url: string) => {
      const findings = await findingsOn(healthy({ RELAIS_REDIS_URL: url }));
      return findings;
    };
    expect(told(await look(good.url), 'fine')).toContain('Redis answers, is new enough');
    expect(told(await look(bad.url), 'problem')).toContain('set it to "noeviction"');
    const refused = await look(shut.url.replace('//', '//:hush-hush-4711@'));
    expect(told(refused, 'problem')).toContain('must hold the user and the password');
    expect(JSON.stringify(refused)).not.toContain('hush-hush');
  });
});

describe('relais doctor and the login', () => {
  it('finds a set of keys that is not there', async () => {
    const keys = [{ keys: [{ kty: 'EC' }] }, { keys: [] }, 'gone'];
    const [there, ...not] = await Promise.all(
      keys.map(async (answer) => {
        await using server = await scriptServer((_request, response) =>
          answerJson(response, 200, answer),
        );
        const env = healthy({
          RELAIS_JWKS_URL: server.url,
          RELAIS_JWT_ISSUER: 'studio',
          RELAIS_JWT_AUDIENCE: 'game',
        });
        return await findingsOn(env);
      }),
    );
    expect(told(there ?? [], 'fine')).toContain('RELAIS_JWKS_URL has 1 keys.');
    for (const findings of not) {
      expect(told(findings, 'problem')).toContain('RELAIS_JWKS_URL leads to no keys (HTTP 200).');
    }
  });
});

describe('relais doctor and the machine', () => {
  it('finds that few files may be open', async () => {
    const script = `ulimit -n 500; exec "$0" "$@" doctor --quick`;
    const args = ['-c', script, process.execPath, built('cli.js')];
    const child = spawn('bash', args, { env: { PATH: process.env['PATH'], ...healthy() } });
    expect(await text(child.stdout)).toContain('warning  No more than 500 files may be open.');
  });

  it('finds a UDP port that is taken, and one that is free', async () => {
    const socket = createSocket('udp4').bind(0);
    await once(socket, 'listening');
    const { port } = socket.address() as AddressInfo;
    const look = (udpPort: number) =>
      checkGateway({
        env: { RELAIS_GATEWAY_UDP_PORT: String(udpPort) },
        options: { edgegap: { apiToken: 'x' }, gateway: {}, developmentIp: '203.0.113.7' },
      } as unknown as Patient);
    expect(told(await look(port), 'warning')).toBe(`The UDP port ${port} is taken.`);
    socket.close();
    await once(socket, 'close');
    expect(told(await look(port), 'fine')).toBe(`The UDP port ${port} is free.`);
  });
});

describe('relais doctor and the addresses of data channels', () => {
  const look = (address: string, developmentIp?: string) =>
    checkGateway({
      env: { RELAIS_GATEWAY_UDP_PORT: '0', RELAIS_GATEWAY_UDP_ADDRESS: address },
      options: { edgegap: { apiToken: 'x' }, gateway: {}, developmentIp },
    } as unknown as Patient);

  it('finds that no page on the internet reaches them', async () => {
    for (const address of ['10.1.2.3', '127.0.0.1,fd00::1', '0.0.0.0', '172.17.0.2,::1']) {
      expect(told(await look(address), 'warning')).toBe(
        'RELAIS_GATEWAY_UDP_ADDRESS names no public address.',
      );
    }
  });

  it('finds nothing wrong with a public one, nor on a machine for development', async () => {
    const fine = 'Pages are told a public address for data channels.';
    expect(told(await look('10.1.2.3, 8.8.8.8'), 'fine')).toContain(fine);
    expect(told(await look('2606:4700::1'), 'warning', 'problem')).toBe('');
    expect(told(await look('127.0.0.1', '203.0.113.7'), 'warning', 'problem')).toBe('');
  });
});

it('relais doctor shows no secret, whatever it finds', async () => {
  const password = 'hush-hush-4711';
  const secrets = {
    EDGEGAP_API_TOKEN: 'the-api-token-of-the-studio',
    RELAIS_SECRETS: `${SECRET},${'another secret, which was rotated 12'.replace(',', '')}`,
    RELAIS_JWT_SECRET: JWT_SECRET,
    RELAIS_REDIS_URL: `redis://relais:${password}@127.0.0.1:1`,
  };
  await using parrot = await scriptServer((request, response) => {
    const echo = { message: request.headers.authorization, answer: request.headers.authorization };
    answerJson(response, request.url?.includes('limit=1') ? 200 : 403, { ...echo, total_count: 1 });
  });
  const places = [
    {},
    { EDGEGAP_API_URL: parrot.url, RELAIS_PUBLIC_URL: parrot.url },
    { RELAIS_LEASE: JWT_SECRET },
    { RELAIS_REDIS_URL: `http://relais:${password}@127.0.0.1` },
    { RELAIS_SECRETS: `${SECRET},hunter2` },
    { RELAIS_SECRETS_FILE: `/nowhere/${SECRET}` },
  ];
  const outputs = await Promise.all(
    places.flatMap((place) =>
      [[], ['--json']].map(async (flags) => {
        const env = { ...healthy(), ...secrets, ...place };
        const { stdout, stderr } = await runCommand(['doctor', ...flags, '--quick'], env).ended;
        return stdout + stderr;
      }),
    ),
  );
  const [one, two] = secrets.RELAIS_SECRETS.split(',') as [string, string];
  for (const output of outputs) {
    expect(output.length).toBeGreaterThan(100);
    for (const secret of [secrets.EDGEGAP_API_TOKEN, one, two, JWT_SECRET, password, 'hunter2']) {
      expect(output).not.toContain(secret);
    }
  }
});
