import { describe, expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../src/proxy/node.js';
import { GameClient } from '../support/game-client.js';
import { hostByGateway } from '../support/gateway-game.js';
import { startStack } from '../support/stack.js';

describe('a proxy that is about to stop', () => {
  it('answers held requests with what is known, though their time is not up', async () => {
    const metrics = createPrometheusMetrics();
    await using stack = await startStack({ linkDelay: 0 }, { metrics, longestWait: 50 });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const etag = (await host.get(session)).headers.get('etag') ?? '';
    const headers = { prefer: 'wait=50', 'if-none-match': etag };
    const waits = [host.get(session, headers), host.get(session, headers)];
    const held = async () => /relais_waiters (\d+)/.exec((await metrics.expose()).body)?.[1];
    await expect.poll(held).toBe('2');
    stack.proxy.drain(100);
    await expect.poll(held).toBe('0');
    expect((await Promise.all(waits)).map(({ status }) => status)).toEqual([304, 304]);
  });

  it('says that it is not ready, and answers all else as ever', async () => {
    await using stack = await startStack({ linkDelay: 0 });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const ready = () => host.send('GET', '/readyz');
    expect((await ready()).status).toBe(200);
    stack.proxy.drain(60_000);
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'closing' } });
    expect((await host.send('GET', '/healthz')).status).toBe(200);
    const joiner = await GameClient.guest(stack.proxyUrl);
    expect((await joiner.join({ session_id: session.session_id })).status).toBe(200);
    expect((await host.delete(session)).status).toBe(204);
  });

  it('names the gateway where others find it, and no longer its own', async () => {
    const url = 'wss://gateway-1.studio.example/v1/channel';
    await using stack = await startStack({ linkDelay: 0 }, { gateway: { url } });
    const { client, session } = await hostByGateway(stack.proxyUrl);
    const gateway = async () => (await client.get(session)).body.gateway;
    const before = await gateway();
    expect(before.url).toBe(url);
    stack.proxy.drain(60_000);
    const after = await gateway();
    expect(after.url).toBe('v1/channel');
    expect(after.ticket).not.toBe(before.ticket);
  });
});
