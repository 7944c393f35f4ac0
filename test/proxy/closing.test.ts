import { expect, it } from 'vitest';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
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
