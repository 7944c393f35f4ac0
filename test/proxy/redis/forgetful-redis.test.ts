import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { breakableLine } from '../../support/breakable-line.js';
import { hostByGateway, joinByGateway } from '../../support/gateway-game.js';
import { describeWithRedis, startRedis } from '../../support/redis-server.js';
import { SeatFollower } from '../../support/seat-follower.js';
import { startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

describeWithRedis('a Redis that is there again and has forgotten everything', () => {
  it('takes nobody’s channel: seats come back with their players’ next requests, and kicks count', async () => {
    await using redis = await startRedis();
    await using line = await breakableLine(redis.port);
    const store = await RedisStore.connect({ url: `redis://127.0.0.1:${line.port}` });
    const secrets = ['a secret that outlives every memory 1'];
    await using stack = await startStack({ linkDelay: 10 }, { gateway: {}, secrets, store });
    const host = await hostByGateway(stack.proxyUrl);
    const client = await joinByGateway(host);
    const hostSession = await host.client.linked(host.session);
    const session = await client.client.linked(client.session);
    const ofHost = await SeatFollower.of(stack.proxy.seats, host.ticket);
    const ofClient = await SeatFollower.of(stack.proxy.seats, client.ticket);

    line.cut();
    await redis.ask('FLUSHALL');
    line.mend();
    const comeBack = async () => {
      await host.client.get(hostSession);
      return ofHost.documents.at(-1)?.players;
    };
    // The host is back, and the client not yet: so it was looked at what Redis knows now.
    await expect.poll(comeBack, { timeout: 20_000 }).toBe(1);
    expect((await client.client.get(session)).status).toBe(200);
    await until(() => ofHost.documents.at(-1)?.players === 2);
    expect([ofHost.ends, ofClient.ends]).toEqual([[], []]);
    const order = { player_id: client.client.playerId };
    expect((await host.client.revoke(hostSession, order)).status).toBe(204);
    await until(() => ofClient.ends.length > 0);
    expect([ofHost.ends, ofClient.ends]).toEqual([[], ['revoked']]);
  });
});
