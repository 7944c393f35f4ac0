import { expect, it } from 'vitest';
import { assemble } from '../../src/proxy/assemble.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { Exchange } from '../../src/proxy/operations/exchange.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { createRoutes } from '../../src/proxy/wire/routes.js';
import { addServiceRoutes } from '../../src/proxy/wire/service-routes.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { GameClient } from '../support/game-client.js';
import { API_TOKEN } from '../support/stack.js';

const SESSIONS = 12;
const MINUTE = 60_000;

/** A proxy into whose parts a test can look, on a socket, with a simulator behind it. */
async function start() {
  const simulator = await createSimulator({ apiToken: API_TOKEN, linkDelay: 1, relay: false });
  const store = new MemoryStore();
  /** All that was ever written down for longer than a minute. */
  const names = new Set<string>();
  const { batch } = store;
  store.batch = (steps) => {
    for (const [step, name, , lifetime] of steps) {
      const isWritten = ['set', 'setIfAbsent', 'ifClaimed'].includes(step);
      if (isWritten && Number(lifetime) > MINUTE) names.add(name ?? '');
    }
    return batch.call(store, steps) as ReturnType<typeof batch<typeof steps>>;
  };
  const many = 1_000_000;
  const closing = new AbortController();
  const { budget, routes, serviceRoutes, sweeps, tickets, watchers } = assemble(
    {
      edgegap: { apiToken: API_TOKEN, baseUrl: simulator.url, callsPerSecond: 10_000 },
      guests: true,
      developmentIp: '203.0.113.7',
      store,
      limits: { upstreamCallsPerIp: many, guestsPerIp: many, createsPerIp: many },
    },
    closing.signal,
  );
  const app = createRoutes(routes, '/');
  addServiceRoutes(app, serviceRoutes, '/');
  const listener = await serveRelayProxy(
    {
      start() {},
      fetch(request) {
        const exchange = new Exchange('test', {});
        exchange.client = '203.0.113.8';
        return app.fetch(request, { exchange });
      },
      async close() {
        closing.abort();
        watchers.close();
        budget.close();
        await store.close();
      },
    },
    { port: 0, hostname: '127.0.0.1' },
  );
  await sweeps.sweep({ adopts: true });
  return {
    ...serviceRoutes,
    sweeps,
    tickets,
    watchers,
    url: listener.url,
    /** What is still written down, by kind. */
    async kept() {
      const kinds: Record<string, number> = {};
      for (const name of names) {
        const [kind = ''] = name.split(':');
        if ((await store.get(name)) !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1;
      }
      return kinds;
    },
    async [Symbol.asyncDispose]() {
      await listener.close();
      await simulator.close();
    },
  };
}

it('keeps nothing of sessions that have come and gone but that they ended, and which order each was for', async () => {
  await using proxy = await start();
  const { sweeps, api, tickets, watchers, webhookTokens } = proxy;
  const ends: (() => Promise<unknown>)[] = [];
  for (let index = 0; index < SESSIONS; index += 1) {
    const host = await GameClient.guest(proxy.url);
    const key = index % 2 === 0 ? { 'idempotency-key': `key-${index}` } : {};
    const session = (await host.create(key)).body;
    const { webhook_url = '' } = await api.getSession(session.session_id);
    const webhook = await host.send('POST', new URL(webhook_url).pathname);
    expect(webhook.status).toBe(204);
    const joiner = await GameClient.guest(proxy.url);
    const joined = (await joiner.join({ join_code: session.join_code })).body;
    expect((await joiner.get(joined)).status).toBe(200);
    ends.push(async () => {
      if (index % 3 === 0) expect((await joiner.revoke(joined)).status).toBe(204);
      const end = index % 2 === 0 ? host.delete(session) : host.revoke(session);
      expect((await end).status).toBe(204);
      // A page that has not heard of it yet.
      expect([403, 404]).toContain((await joiner.get(joined)).status);
    });
  }
  await sweeps.sweep({ adopts: true });
  expect([watchers.size, tickets.size, webhookTokens.size]).toEqual([
    SESSIONS,
    2 * SESSIONS,
    SESSIONS,
  ]);
  await Promise.all(ends.map((end) => end()));
  expect([watchers.size, watchers.waiting, tickets.size]).toEqual([0, 0, 0]);
  expect(await proxy.kept()).toEqual({ ended: SESSIONS, nonce: SESSIONS });
  // The list is read once a minute.
  await sweeps.sweep({ adopts: true });
  await sweeps.sweep({ adopts: true });
  expect(webhookTokens.size).toBe(0);
});

it('lets go of a session at once when the service no longer knows it, and tells those who wait', async () => {
  await using proxy = await start();
  const host = await GameClient.guest(proxy.url);
  const session = await host.linked((await host.create()).body);
  const { headers } = await host.get(session);
  const known = { prefer: 'wait=20', 'if-none-match': headers.get('etag') ?? '' };
  const waiting = host.get(session, known);
  await expect.poll(() => proxy.watchers.waiting).toBe(1);
  await proxy.api.deleteSession(session.session_id);
  await proxy.records.tell(session.session_id, 'refresh');
  expect((await waiting).status).toBe(404);
  expect([proxy.watchers.size, proxy.watchers.waiting, proxy.tickets.size]).toEqual([0, 0, 0]);
  expect((await host.get(session)).status).toBe(404);
  expect([proxy.watchers.size, proxy.tickets.size]).toEqual([0, 0]);
});
