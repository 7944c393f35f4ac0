import { expect, it } from 'vitest';
import { createRelayProxy } from '../../../src/proxy/relay-proxy.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
import { API_TOKEN } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SESSION = { session_id: 'a-S', status: 'x', ready: false, linked: false };

it('an order is carried out by one instance, however long upstream takes', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const gate = new Gate();
  let created = 0;
  const upstream: typeof fetch = async (input) => {
    const { method, url } = input as Request;
    if (method === 'GET') return Response.json(url.includes('?') ? NO_SESSIONS : SESSION);
    created += 1;
    await gate.pass();
    return Response.json(SESSION);
  };
  const [first, second] = [1, 2].map(() =>
    createRelayProxy({
      edgegap: { apiToken: API_TOKEN, fetch: upstream, timeout: 600_000 },
      authenticate: () => ({ id: 'anna' }),
      secrets: ['a secret that two instances share 12'],
      store: wrapStore(store),
      clock,
    }),
  );
  const create = async (proxy = first) => {
    const request = new Request('https://proxy.example/v1/relays/sessions', {
      method: 'POST',
      headers: { 'idempotency-key': 'the-match' },
      body: '{}',
    });
    const answer = await proxy?.fetch(request, { remoteAddress: '8.8.8.8' });
    return { status: answer?.status, body: await answer?.json() };
  };
  const creating = create();
  await gate.arrived;
  clock.advance(3 * 60_000);
  expect(await create(second)).toMatchObject({ status: 409, body: { code: 'in-progress' } });
  gate.open();
  expect(await creating).toMatchObject({ status: 200, body: { session_id: 'a-S' } });
  expect(await create(second)).toMatchObject({ status: 200, body: { session_id: 'a-S' } });
  expect(created).toBe(1);
  await Promise.all([first?.close(), second?.close()]);
});
