import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Wire } from '../../demo/server/breakable-wire.js';
import { createLeverRoutes, type LeverPull } from '../../demo/server/lever-routes.js';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';

/** A simulator that links at once, and the levers at it. */
async function startLevers() {
  const simulator = await createSimulator({ apiToken: 'demo', linkDelay: 0 });
  const routes = createLeverRoutes(simulator, {} as Wire);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    simulator,
    api: new RelayApi({ apiToken: 'demo', baseUrl: simulator.url }),
    webhookUrl: url,
    async pull(body: LeverPull): Promise<string> {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return answer.text();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await simulator.close();
    },
  };
}

describe('the levers of the demo', () => {
  it('lose the webhook of the next session, and of no other', async () => {
    await using demo = await startLevers();
    const { api, simulator, webhookUrl } = demo;
    await demo.pull({ lever: 'lose-webhook' });
    const users = [{ ip: '1.1.1.1' }];
    const { webhooks } = simulator.stats();
    expect([webhooks.lost, webhooks.sent]).toEqual([0, 0]);
    await api.createSession({ users, webhook_url: webhookUrl });
    await expect.poll(() => simulator.stats().webhooks.lost).toBe(1);
    await api.createSession({ users, webhook_url: webhookUrl });
    await expect.poll(() => simulator.stats().webhooks.sent).toBeGreaterThan(0);
    expect(simulator.stats().webhooks.lost).toBe(1);
  });

  it('say how soon the players hear of it: seldom is asked for a session that is open', async () => {
    await using demo = await startLevers();
    const { api, simulator } = demo;
    const users = [{ ip: '1.1.1.1' }];
    const open = await api.createSession({ users });
    await expect.poll(() => simulator.sessions()[0]?.linked).toBe(true);
    simulator.setLife({ linkDelay: 60_000 });
    const pending = await api.createSession({ users });
    expect(await demo.pull({ lever: 'end', session_id: open.session_id })).toContain('10 seconds');
    expect(await demo.pull({ lever: 'fail', session_id: pending.session_id })).toContain(
      'within 2 seconds',
    );
    expect(simulator.sessions().map(({ session_id, error }) => [session_id, error])).toEqual([
      [pending.session_id, 'The lever on the demo page was pulled.'],
    ]);
    expect(await demo.pull({ lever: 'end', session_id: open.session_id })).toContain(
      'There is no session for that',
    );
  });
});
