import { expect, it } from 'vitest';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { Gate } from '../support/gate.js';
import { API_TOKEN } from '../support/stack.js';

const SESSIONS = 'https://proxy.example/v1/relays/sessions';
const CONNECTION = { remoteAddress: '8.8.8.8' };

it('closes once however often it is told to, and calls nobody upstream after that', async () => {
  let calls = 0;
  const proxy = createRelayProxy({
    edgegap: {
      apiToken: API_TOKEN,
      fetch: async () => {
        calls += 1;
        return Response.json({ message: 'no' }, { status: 503 });
      },
    },
    authenticate: () => ({ id: 'anna' }),
  });
  const create = () =>
    proxy.fetch(new Request(SESSIONS, { method: 'POST', body: '{}' }), CONNECTION);
  expect((await create()).status).toBe(503);
  expect(calls).toBeGreaterThan(0);
  await Promise.all([proxy.close(), proxy.close()]);
  await proxy.close();
  const before = calls;
  expect((await create()).status).toBe(503);
  expect(calls).toBe(before);
});

it('waits for the requests on their way before it lets go of the store, and says that it is not ready', async () => {
  const gate = new Gate();
  let isStoreClosed = false;
  const store = Object.assign(new MemoryStore(), {
    close: async () => {
      isStoreClosed = true;
    },
  });
  const proxy = createRelayProxy({
    edgegap: {
      apiToken: API_TOKEN,
      fetch: async (input) => {
        if ((input as Request).method === 'POST') await gate.pass();
        return Response.json({ message: 'no' }, { status: 400 });
      },
    },
    authenticate: () => ({ id: 'anna' }),
    developmentIp: '203.0.113.7',
    store,
  });
  const creating = proxy.fetch(new Request(SESSIONS, { method: 'POST', body: '{}' }), CONNECTION);
  await gate.arrived;
  const closed = proxy.close();
  const ready = await proxy.fetch(new Request('https://proxy.example/readyz'), CONNECTION);
  expect([ready.status, await ready.json()]).toMatchObject([503, { code: 'closing' }]);
  expect(isStoreClosed).toBe(false);
  gate.open();
  expect((await creating).status).toBe(400);
  await closed;
  expect(isStoreClosed).toBe(true);
});
