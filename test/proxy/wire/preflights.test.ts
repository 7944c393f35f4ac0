import { expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

it('counts preflights per address as any other request', async () => {
  await using stack = await startStack({}, { limits: { requestsPerIp: 2 } });
  const client = new GameClient(stack.proxyUrl);
  const preflight = () => client.send('OPTIONS', '/v1/relays/sessions');
  expect([(await preflight()).status, (await preflight()).status]).toEqual([204, 204]);
  const refused = await preflight();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
});
