import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { FakeClock } from '../support/fake-clock.js';
import { openSockets, openUdpSockets } from '../support/open-sockets.js';
import { until } from '../support/until.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heapUsed(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    await setImmediate();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

describe('a thousand sessions', () => {
  it('created, authorised, listed over pages, revoked and deleted leave nothing behind', async () => {
    const sockets = openSockets();
    const clock = new FakeClock();
    const simulator = await createSimulator({ clock, seed: 11, relay: true });
    const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
    // Makes every session heavy, so that one that is kept shows.
    const webhook_url = `http://127.0.0.1:9/${'x'.repeat(5_000)}`;
    simulator.faults.add({ kind: 'webhook-lost' });

    const session = async () => {
      const { session_id } = await api.createSession({ users: [{ ip: '1.1.1.1' }], webhook_url });
      const { session_user } = await api.authorizeUser({ session_id, user_ip: '2.2.2.2' });
      return { session_id, token: session_user?.authorization_token ?? 0 };
    };
    const inBatches = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>) => {
      for (let start = 0; start < items.length; start += 50) {
        await Promise.all(items.slice(start, start + 50).map(work));
      }
    };
    const round = async (size: number) => {
      const created: Awaited<ReturnType<typeof session>>[] = [];
      await inBatches(Array.from({ length: size }), async () => created.push(await session()));
      // Two ports each.
      expect(openSockets()).toBeGreaterThanOrEqual(sockets + 2 * size);
      clock.advance(1_500);
      let listed = 0;
      for await (const { linked } of api.listAllSessions({ limit: 100 })) {
        expect(linked).toBe(true);
        listed += 1;
      }
      expect(listed).toBe(size);
      await inBatches(created, ({ session_id, token }) =>
        api.revokeUser({ session_id, authorization_token: token }),
      );
      await inBatches(created, ({ session_id }) => api.deleteSession(session_id));
      expect(simulator.sessions()).toEqual([]);
      expect(clock.pending).toBe(0);
      await until(() => openUdpSockets() === 0);
    };

    await round(500);
    const before = await heapUsed();
    await round(1_000);
    const growth = (await heapUsed()) - before;
    expect(simulator.stats().sessions).toEqual({ open: 0, created: 1_500 });
    expect(simulator.stats().webhooks).toMatchObject({ sent: 0, lost: 1_500 });
    // A thousand sessions that are kept would weigh more than 5 MB.
    expect(growth).toBeLessThan(2_500_000);
    await simulator.close();
    expect(clock.pending).toBe(0);
    await until(() => openSockets() <= sockets);
  }, 120_000);
});
