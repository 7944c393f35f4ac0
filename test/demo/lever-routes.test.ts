import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openWire } from '../../demo/server/breakable-wire.js';
import type { LeverPull } from '../../demo/server/lever-pull.js';
import { createLeverRoutes } from '../../demo/server/lever-routes.js';
import type { LeverState } from '../../demo/server/lever-state.js';
import { LossyWay } from '../../demo/server/lossy-way.js';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';

/** A simulator that links at once, and the levers at it. */
async function startLevers() {
  const simulator = await createSimulator({ apiToken: 'demo', linkDelay: 0 });
  const wire = await openWire({ port: 0, hostname: '127.0.0.1' });
  const port = Number(new URL(wire.url).port);
  const way = await LossyWay.open({ hostname: '127.0.0.1', tcp: port, udp: port });
  const routes = createLeverRoutes(simulator, wire, way);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (body: string): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return {
    simulator,
    api: new RelayApi({ apiToken: 'demo', baseUrl: simulator.url }),
    webhookUrl: url,
    post,
    pull: async (body: LeverPull): Promise<string> => (await post(JSON.stringify(body))).text(),
    state: async (): Promise<LeverState> => (await fetch(url)).json(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      way.close();
      await wire.close();
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

  it('spoil the network, tell what is armed, and take all of it back', async () => {
    await using demo = await startLevers();
    const { simulator } = demo;
    expect(await demo.pull({ lever: 'loss', value: 0.02 })).toMatch(/^2 % of the datagrams/);
    expect(await demo.pull({ lever: 'latency', value: 100 })).toContain('round trip');
    expect(await demo.pull({ lever: 'jitter', value: 30 })).toContain('up to 30 ms');
    expect(await demo.pull({ lever: 'wire-loss', value: 0.05 })).toMatch(/^5 % of the packets/);
    expect(await demo.pull({ lever: 'cut-wire' })).toContain('none opens for 5 seconds');
    await demo.pull({ lever: 'rate-limit' });
    const network = { loss: 0.02, latency: 100, jitter: 30 };
    expect(simulator.network()).toEqual(network);
    expect(await demo.state()).toEqual({
      armed: ['rate-limit', 'cut-wire', 'block-udp'],
      network: { ...network, 'wire-loss': 0.05 },
      lost: { out: 0, in: 0 },
    });
    expect(await demo.pull({ lever: 'disarm' })).toBe('Nothing goes wrong any more.');
    expect(await demo.state()).toMatchObject({
      armed: [],
      network: { 'wire-loss': 0, loss: 0, latency: 0, jitter: 0 },
    });
  });

  it.each([
    ['{"lever":"loss","value":1.5}', '"loss" must be 1 or less.'],
    ['{"lever":"wire-loss","value":1.5}', '"wire-loss" must be 1 or less.'],
    ['{"lever":"loss","value":-0.1}', '"loss" must be 0 or more.'],
    ['{"lever":"latency","value":1e6}', '"latency" must be 60000 (one minute) or less.'],
    ['{"lever":"jitter","value":"10"}', '"value" must be number.'],
    ['{"lever":"jitter","value":null}', '"value" must be number.'],
    ['{"lever":"latency"}', '"value" is missing.'],
    ['{"lever":"link-delay","value":-1}', '"linkDelay" must be 0 or more.'],
    ['{"lever":"end","session_id":7}', '"session_id" must be string.'],
    ['{"lever":"none"}', '"lever" must be ("link-delay" | "wire-loss" | '],
    ['{}', '"lever" is missing.'],
    ['null', 'The request must be Object.'],
    ['{"lever":', 'The body is not valid JSON.'],
  ])('refuse %s in a sentence, and change nothing', async (body, sentence) => {
    await using demo = await startLevers();
    const before = [demo.simulator.network(), demo.simulator.life()];
    const answer = await demo.post(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(sentence);
    expect([demo.simulator.network(), demo.simulator.life()]).toEqual(before);
  });
});
