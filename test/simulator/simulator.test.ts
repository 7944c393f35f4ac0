import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { FakeClock } from '../support/fake-clock.js';
import { openSockets } from '../support/open-sockets.js';
import { until } from '../support/until.js';

const USERS = { users: [{ ip: '1.1.1.1' }] };

describe('close', () => {
  it('leaves no socket and no timer, whatever was going on', async () => {
    const before = openSockets();
    const clock = new FakeClock();
    // A webhook that is never answered, a request that waits, an answer that drips, and UDP ports.
    let isCalled = false;
    const hook = createServer(() => {
      isCalled = true;
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const { port } = hook.address() as AddressInfo;
    const simulator = await createSimulator({ clock, relay: true, control: true });
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    await api.createSession({ ...USERS, webhook_url: `http://127.0.0.1:${port}/` });
    clock.advance(1_500);
    await until(() => isCalled);
    const { session_id } = await api.createSession(USERS);
    simulator.faults.add({ kind: 'latency', operation: 'relay-user-authorize' });
    simulator.faults.add({ kind: 'slow-drip', operation: 'relay-session-create' });
    const waiting = [
      api.authorizeUser({ session_id, user_ip: '1.1.1.1' }),
      api.createSession(USERS),
    ].map((call) => expect(call).rejects.toMatchObject({ code: 'network' }));
    await until(() => clock.waits.includes(1_000) && clock.waits.includes(100));
    expect(openSockets()).toBeGreaterThan(before + 6);
    await simulator.close();
    await Promise.all(waiting);
    expect(clock.pending).toBe(0);
    await new Promise((resolve) => hook.close(resolve));
    await until(() => openSockets() <= before);
  });

  it('cuts a client that never ends its request', async () => {
    const simulator = await createSimulator();
    const { port, hostname } = new URL(simulator.url);
    const socket = connect(Number(port), hostname);
    const cut = once(socket, 'close');
    socket.on('error', () => {});
    const head = 'host: a\r\nauthorization: token secret\r\ncontent-length: 9';
    socket.write(`POST /v1/relays/sessions HTTP/1.1\r\n${head}\r\n\r\n{`);
    await fetch(simulator.url);
    await simulator.close();
    await cut;
  });

  it('closes the ports of a relay that was being opened', async () => {
    const before = openSockets();
    for (let turns = 0; turns < 12; turns += 1) {
      const simulator = await createSimulator({ relay: true });
      const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
      const calls = Array.from({ length: 5 }, () => api.createSession(USERS).catch(() => {}));
      // A session is there before its ports are: the simulator closes in between.
      await until(() => simulator.sessions().length > 0);
      await simulator.close();
      await Promise.all(calls);
    }
    await until(() => openSockets() <= before);
  });

  it('frees its address', async () => {
    const first = await createSimulator();
    const port = Number(new URL(first.url).port);
    await expect(createSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    const second = await createSimulator({ port });
    expect(second.url).toBe(first.url);
    await second.close();
  });

  it('may be called twice', async () => {
    const simulator = await createSimulator();
    await Promise.all([simulator.close(), simulator.close()]);
    await simulator.close();
  });
});

describe('createSimulator', () => {
  it('runs many at once, each with its own sessions', async () => {
    const many = await Promise.all(Array.from({ length: 50 }, () => createSimulator()));
    expect(new Set(many.map(({ url }) => url)).size).toBe(50);
    await Promise.all(
      many.map(({ url }) =>
        new RelayApi({ apiToken: 'secret', baseUrl: url }).createSession(USERS),
      ),
    );
    expect(many.map((simulator) => simulator.sessions().length)).toEqual(Array(50).fill(1));
    await Promise.all(many.map((simulator) => simulator.close()));
  });

  it.each([
    ['linkDelay', { linkDelay: -1 }],
    ['readyDelay', { readyDelay: Number.NaN }],
    ['failRate', { failRate: 2 }],
    ['failRate', { failRate: -1 }],
    ['failRate', { failRate: Number.NaN }],
    ['port', { port: 70_000 }],
    ['hostname', { hostname: '' }],
    ['apiToken', { apiToken: '' }],
    ['seed', { seed: Number.NaN }],
    ['seed', { seed: 1.5 }],
    ['absent', { absent: 'none' }],
    ['relay', { relay: 'yes' }],
    ['relay.checkDelay', { relay: { checkDelay: -1 } }],
    ['relay.peerTimeout', { relay: { peerTimeout: Number.NaN } }],
    ['relay.speed', { relay: { speed: 1 } }],
    ['relayHost', { relayHost: 'a b' }],
    ['relayHost', { relayHost: 'relay.example:9000' }],
    ['sameAddress', { sameAddress: 'old-user' }],
    ['strict', { strict: 'yes' }],
    ['privateAddresses', { privateAddresses: 1 }],
    ['relay.farewell', { relay: { farewell: -1 } }],
    ['control', { control: 'yes' }],
    ['onLinked', { onLinked: 'yes' }],
    ['linkdelay', { linkdelay: 5 }],
  ])(
    'refuses an option that makes no sense, and leaves no socket: "%s" of %j',
    async (name, options) => {
      const before = openSockets();
      await expect(createSimulator(options as never)).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringMatching(new RegExp(`^"${name.split('.')[0]}[^"]*" (is|must)`)),
      });
      expect(openSockets()).toBe(before);
    },
  );
});
