import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { ManualClock } from '../api/manual-clock.js';
import { until } from '../api/until.js';
import { openSockets } from './open-sockets.js';

const USERS = { users: [{ ip: '1.1.1.1' }] };

describe('close', () => {
  it('leaves no socket and no timer, whatever was going on', async () => {
    const before = openSockets();
    const clock = new ManualClock();
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
    await until(() => clock.delays.includes(1_000) && clock.delays.includes(100));
    expect(openSockets()).toBeGreaterThan(before + 6);
    await simulator.close();
    await Promise.all(waiting);
    expect(clock.pending).toBe(0);
    await new Promise((resolve) => hook.close(resolve));
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

  it.each([{ linkDelay: -1 }, { readyDelay: Number.NaN }, { failRate: 2 }, { failRate: -1 }])(
    'refuses %j and leaves no socket',
    async (options) => {
      const before = openSockets();
      await expect(createSimulator(options)).rejects.toMatchObject({ code: 'invalid-request' });
      expect(openSockets()).toBe(before);
    },
  );
});
