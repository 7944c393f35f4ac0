import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';
import { GameClient } from '../support/game-client.js';
import { Gate } from '../support/gate.js';
import { answerJson, scriptServer } from '../support/scripted-server.js';

/** All that `relais proxy` needs. */
const READY = { EDGEGAP_API_TOKEN: 'x', RELAIS_GUESTS: 'on' };
const SECRET = 'a secret that instances share 123456';

describe('relais', () => {
  it('runs simulator and proxy, and a game gets its relay through both', async () => {
    const simulator = runCommand(
      'simulator --port 0 --api-token secret-7 --link-delay 50'.split(' '),
    );
    const proxy = runCommand(['proxy', '--port', '0'], {
      EDGEGAP_API_TOKEN: 'secret-7',
      RELAIS_DRAIN: '0',
      EDGEGAP_API_URL: await simulator.listening,
      RELAIS_ALLOWED_ORIGINS: 'http://127.0.0.1:5173',
      RELAIS_GUESTS: 'on',
      RELAIS_DEVELOPMENT_IP: '203.0.113.7',
    });
    const relay = new RelayConnection(await proxy.listening);
    const endpoint = await relay.create();
    expect(endpoint.port).toBeGreaterThan(0);
    await relay.leave();
    proxy.stop('SIGTERM');
    simulator.stop('SIGINT');
    expect(await proxy.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await simulator.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends within its deadline, whatever is stuck', async () => {
    const reached = new Gate();
    await using upstream = await scriptServer(async ({ method }, response) => {
      // A create that is never answered.
      if (method === 'POST') return reached.pass();
      answerJson(response, 404, { message: 'Not now.' });
    });
    const proxy = runCommand(['proxy', '--port', '0'], {
      EDGEGAP_API_TOKEN: 'secret-7',
      RELAIS_DRAIN: '0',
      EDGEGAP_API_URL: upstream.url,
      RELAIS_UPSTREAM_TIMEOUT: '600000',
      RELAIS_GUESTS: 'on',
      RELAIS_DEVELOPMENT_IP: '203.0.113.7',
    });
    const host = await GameClient.guest(await proxy.listening);
    const creating = host.create().catch(() => 'cut');
    await reached.arrived;
    // And a body that never ends.
    const head = `POST /v1/relays/sessions:authorize-user HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${host.token}`;
    const slow = connect(Number(new URL(host.url).port), '127.0.0.1');
    slow.on('error', () => {}).write(`${head}\r\ncontent-length: 9\r\n\r\n{`);
    proxy.stop('SIGTERM');
    expect(await proxy.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await creating).toBe('cut');
  }, 15_000);

  it('at SIGTERM goes on answering for RELAIS_DRAIN seconds, but is not ready; at SIGINT stops at once', async () => {
    const env = { ...READY, EDGEGAP_API_URL: 'http://127.0.0.1:9', RELAIS_DRAIN: '600' };
    const [draining, stopping] = [0, 1].map(() => runCommand(['proxy', '--port', '0'], env));
    const url = (await draining?.listening) ?? '';
    draining?.stop('SIGTERM');
    const ready = async () => (await fetch(`${url}/readyz`)).json();
    await expect.poll(ready).toMatchObject({ code: 'closing' });
    expect((await fetch(`${url}/v1/guests`, { method: 'POST' })).status).toBe(200);
    await stopping?.listening;
    stopping?.stop('SIGINT');
    expect(await stopping?.ended).toMatchObject({ code: 0 });
    // A second signal is for whoever does not want to wait.
    draining?.stop('SIGTERM');
    expect(await draining?.ended).toMatchObject({ code: 1 });
  });

  it.each([
    [['proxy'], {}, 'EDGEGAP_API_TOKEN'],
    [['proxy'], { EDGEGAP_API_TOKEN: 'a b' }, 'EDGEGAP_API_TOKEN'],
    [['proxy'], { EDGEGAP_API_TOKEN: 'x', EDGEGAP_API_URL: 'here' }, 'EDGEGAP_API_URL'],
    [['proxy'], { EDGEGAP_API_TOKEN: 'x', RELAIS_ALLOWED_ORIGINS: 'a' }, 'RELAIS_ALLOWED_ORIGINS'],
    [['proxy'], { EDGEGAP_API_TOKEN: 'x' }, 'RELAIS_GUESTS=on'],
    [['proxy'], { ...READY, RELAIS_REDIS_URL: 'redis://127.0.0.1:1' }, 'needs RELAIS_SECRETS'],
    [
      ['proxy'],
      { ...READY, RELAIS_SECRETS: SECRET, RELAIS_REDIS_URL: 'http://127.0.0.1:1' },
      'RELAIS_REDIS_URL must be a URL like redis://',
    ],
    [
      ['proxy'],
      {
        ...READY,
        RELAIS_SECRETS: SECRET,
        RELAIS_REDIS_URL: 'redis://127.0.0.1:1',
        RELAIS_REDIS_PREFIX: 'a b',
      },
      'RELAIS_REDIS_PREFIX must be 1 to 64 visible ASCII characters',
    ],
    [
      ['proxy'],
      { ...READY, RELAIS_LEASE: '30' },
      'RELAIS_LEASE must be at least twice RELAIS_LONGEST_WAIT',
    ],
    [['proxy', '--port', '65536'], READY, '--port must be a whole number from 0 to 65535'],
    [['proxy', '--port', 'x'], { EDGEGAP_API_TOKEN: 'x' }, '--port'],
    [['proxy', '--host', '010.0.0.1'], READY, '--host'],
    [['proxy', '--host', '127.1'], READY, '--host'],
    [['simulator', '--host', '0x7f.1'], {}, '--host'],
    [['simulator', '--relay-host', '10.1'], {}, '--relay-host'],
    [['simulator', '--port', '99999'], {}, '--port'],
    [['simulator', '--link-delay', '-1'], {}, '--link-delay'],
    [['simulator', '--bogus'], {}, '--bogus'],
    [['sessions'], {}, 'see "relais --help"'],
    [['elsewhere'], {}, 'elsewhere'],
    [['proxi'], {}, 'Did you mean proxy?'],
    [['proxy', '--prot', '0'], READY, 'Did you mean --port?'],
    [['proxy', 'more'], READY, 'too many arguments'],
    [['proxy'], { ...READY, RELAIS_METRICS_PORT: '65536' }, 'RELAIS_METRICS_PORT'],
    [[], {}, 'relais proxy'],
  ])('ends %j with %j in one sentence that names %s', async (args, env, name) => {
    const { code, stdout, stderr } = await runCommand(args, env).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(name);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('writes nothing but lines of JSON, the first of which says where it listens', async () => {
    const proxy = runCommand(['proxy', '--port', '0'], READY);
    const url = await proxy.listening;
    await fetch(`${url}/healthz`, { headers: { 'x-request-id': 'the-balancer-s' } });
    proxy.stop('SIGTERM');
    const { stdout } = await proxy.ended;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    const message = expect.stringContaining(`Proxy listening on ${url} with relais `);
    expect(lines[0]).toEqual({ event: 'listening', at, message, url });
    expect(lines[1]).toMatchObject({ event: 'warning' });
    const told = lines.map(({ event, id, message }) => id ?? (event === 'stop' ? message : event));
    expect(told).toEqual(expect.arrayContaining(['start', 'the-balancer-s']));
    expect(told.at(-1)).toBe('The proxy has stopped.');
  });

  it('says that there are no secrets where a mounted one is empty', async () => {
    const proxy = runCommand(['proxy', '--port', '0'], {
      ...READY,
      RELAIS_DRAIN: '0',
      RELAIS_SECRETS: '\n',
    });
    await proxy.listening;
    proxy.stop('SIGTERM');
    expect((await proxy.ended).stdout).toContain('Without RELAIS_SECRETS');
  });

  it('says its version', async () => {
    const { code, stdout } = await runCommand(['--version']).ended;
    expect([code, stdout]).toEqual([0, `${manifest.version}\n`]);
  });

  it('says that a port is taken', async () => {
    const first = runCommand(['simulator', '--port', '0']);
    const { port } = new URL(await first.listening);
    const { code, stderr } = await runCommand(['simulator', '--port', port]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(port);
    first.stop('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  it.each([
    ['--help'],
    ['proxy', '--help'],
    ['simulator', '--help'],
    ['sessions', '--help'],
    ['sessions', 'end', '--help'],
    ['doctor', '--help'],
  ])('helps: %s %s', async (...args) => {
    const { code, stdout } = await runCommand(args).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('relais');
  });
});

describe('/metrics', () => {
  it('has a port of its own where the setting names one, and then no other', async () => {
    const port = await freePort();
    const proxy = runCommand(['proxy', '--port', '0', '--gateway'], {
      ...READY,
      RELAIS_METRICS_PORT: String(port),
    });
    const url = await proxy.listening;
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    const figures = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(figures.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await figures.text();
    expect(text).toContain('relais_request_duration_seconds_count{route="unknown",status="404"} 1');
    expect(text).toContain('relais_channels ');
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(404);
    proxy.stop('SIGTERM');
    const { code, stdout } = await proxy.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`"metrics":"http://127.0.0.1:${port}/metrics"`);
  });

  it('ends the start where its port is taken', async () => {
    const first = runCommand(['simulator', '--port', '0']);
    const { port } = new URL(await first.listening);
    const env = { ...READY, RELAIS_METRICS_PORT: port };
    const { code, stderr } = await runCommand(['proxy', '--port', '0'], env).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining(port)]);
    first.stop('SIGTERM');
    await first.ended;
  });
});
