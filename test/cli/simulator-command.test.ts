import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { SettingError } from '../../src/cli/setting-error.js';
import { runSimulator, simulatorCommand, simulatorHelp } from '../../src/cli/simulator-command.js';
import { UdpPeer } from '../support/udp-peer.js';

const USERS = { users: [{ ip: '1.1.1.1' }] };

/** Runs the command with these arguments. */
const runWith = async (args: string[]) =>
  runSimulator(simulatorCommand().parse(args, { from: 'user' }).opts());

/** Runs the command in this process. */
async function run(...args: string[]) {
  const { message, close } = await runWith(['--port', '0', ...args]);
  const url = message.replace('Simulator listening on ', '');
  return { url, [Symbol.asyncDispose]: () => close('SIGTERM') };
}

const linkedSession = async (api: RelayApi) => {
  const { session_id } = await api.createSession(USERS);
  for (;;) {
    const session = await api.getSession(session_id);
    if (session.linked) return session;
  }
};

describe('relais simulator', () => {
  it('has a UDP relay, and no control, unless told otherwise', async () => {
    await using simulator = await run('--link-delay', '0');
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    const { authorization_token = 0, relay, session_users = [] } = await linkedSession(api);
    expect(relay?.host).toBe('127.0.0.1');
    const [user] = session_users;
    await using server = await new UdpPeer(
      true,
      relay?.ports?.server?.port ?? 0,
      user?.authorization_token ?? 0,
      authorization_token,
    ).open();
    expect(await server.ping()).toBe(1);
    expect((await fetch(`${simulator.url}/_simulator/stats`)).status).toBe(404);
  });

  it('does as it is told', async () => {
    const args = ['--api-token', 'mine', '--link-delay', '0', '--seed', '9', '--no-relay'];
    await using simulator = await run(...args, '--relay-host', 'relay.example', '--control');
    const api = new RelayApi({ apiToken: 'mine', baseUrl: simulator.url });
    const session = await linkedSession(api);
    expect(session.relay?.host).toBe('relay.example');
    await using same = await run(...args);
    const other = await linkedSession(new RelayApi({ apiToken: 'mine', baseUrl: same.url }));
    expect(other.session_id).toBe(session.session_id);
    expect(other.relay?.host).toBe(`${session.session_id.slice(0, 12)}.relay.localhost`);
    const stats = await fetch(`${simulator.url}/_simulator/stats`);
    expect(await stats.json()).toMatchObject({ sessions: { open: 1 } });
  });

  it.each([
    [[], 'Token secret', 200, false],
    [['--strict'], 'Token secret', 401, false],
    [['--private-addresses'], 'token secret', 200, true],
  ])('is as strict as it is told: %j', async (flags, authorization, status, isLinked) => {
    await using simulator = await run('--link-delay', '0', '--no-relay', ...flags);
    const body = JSON.stringify({ users: [{ ip: '127.0.0.1' }] });
    const headers = { authorization, 'content-type': 'application/json' };
    const url = `${simulator.url}/v1/relays/sessions`;
    const response = await fetch(url, { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    if (status !== 200) return;
    const { session_id } = (await response.json()) as { session_id: string };
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    for (;;) {
      const { linked, error } = await api.getSession(session_id);
      if (!linked && !error) continue;
      expect(linked).toBe(isLinked);
      break;
    }
  });

  it('does with an address that is there already as it is told', async () => {
    await using simulator = await run('--link-delay', '0', '--no-relay', '--same-address=conflict');
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    const { session_id } = await linkedSession(api);
    const joiner = { session_id, user_ip: '1.1.1.1' };
    await expect(api.authorizeUser(joiner)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('fails at the rate it is told', async () => {
    await using simulator = await run('--fail-rate', '1');
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    await expect(api.createSession(USERS)).rejects.toThrow();
  });

  it('has the network that it is told', async () => {
    const flags = ['--loss=0.25', '--latency=40', '--jitter=5', '--control'];
    await using simulator = await run(...flags);
    const network = await fetch(`${simulator.url}/_simulator/network`);
    expect(await network.json()).toEqual({ loss: 0.25, latency: 40, jitter: 5 });
  });

  it.each([
    ['--port', '70000'],
    ['--port', 'http'],
    ['--link-delay', '-1'],
    ['--link-delay', '1.5'],
    ['--fail-rate', '2'],
    ['--fail-rate', 'often'],
    ['--fail-rate', ''],
    ['--loss', '1.1'],
    ['--loss', 'some'],
    ['--latency', '60001'],
    ['--latency', '-1'],
    ['--jitter', 'much'],
    ['--seed', 'x'],
    ['--same-address', 'old-user'],
    ['--seed', '4294967296'],
    ['--relay-host', 'a b'],
    ['--relay-host', ''],
    ['--relay-host', 'relay.example:9000'],
    ['--relay-host', '203.0.113.9:9000'],
    ['--api-token', 'two words'],
    ['--api-token', ''],
  ])('refuses %s=%s with one sentence that names it', async (name, value) => {
    const refusal = await runWith([`${name}=${value}`]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SettingError);
    expect((refusal as Error).message).toMatch(new RegExp(`^${name} must be [^\n]+\\.$`));
  });

  it('lists every flag in its help', () => {
    for (const flag of [
      '--port',
      '--host',
      '--api-token',
      '--link-delay',
      '--fail-rate',
      '--seed',
      '--relay-host',
      '--no-relay',
      '--loss',
      '--latency',
      '--jitter',
      '--strict',
      '--same-address',
      '--private-addresses',
      '--control',
      '--help',
    ]) {
      expect(simulatorHelp).toContain(`  ${flag} `);
    }
  });

  it.each([
    [['--fail-rate', '7'], 2, 'relais: --fail-rate must be 1 or less.\n'],
    [['--speed', '7'], 2, expect.stringContaining("'--speed'")],
    [['--host', '203.0.113.1'], 2, expect.stringContaining('EADDRNOTAVAIL')],
  ])(
    'ends with exit code 2 as a process: %j',
    async (args, code, message) => {
      const command = ['scripts/run.mjs', 'src/cli/main.ts', 'simulator', '--port', '0', ...args];
      const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
      const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect(exitCode).toBe(code);
      expect(stderr).toEqual(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    },
    20_000,
  );

  it('ends with exit code 2 where it is to listen on IPv6, and the machine has none', async () => {
    const fault = `import { Server } from 'node:net'; Server.prototype.listen = function () {
      const error = Object.assign(new Error('listen EAFNOSUPPORT'), { code: 'EAFNOSUPPORT' });
      setImmediate(() => this.emit('error', error));
    };`;
    const imported = ['--import', `data:text/javascript,${encodeURIComponent(fault)}`];
    const command = ['scripts/run.mjs', 'src/cli/main.ts', 'simulator', '--host', '::1'];
    const child = spawn(process.execPath, [...imported, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([exitCode, stderr]).toEqual([2, 'relais: listen EAFNOSUPPORT\n']);
  }, 20_000);

  it('ends by itself when it is told to stop, with a session and its ports open', async () => {
    const command = ['scripts/run.mjs', 'src/cli/main.ts', 'simulator', '--port', '0'];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const [greeting] = await once(child.stdout, 'data');
    const [url = ''] = /http\S+/.exec(String(greeting)) ?? [];
    const api = new RelayApi({ apiToken: 'secret', baseUrl: url });
    await api.createSession(USERS);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  }, 20_000);
});
