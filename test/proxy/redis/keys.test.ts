import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { GameClient } from '../../support/game-client.js';
import { hostByGateway, joinByGateway } from '../../support/gateway-game.js';
import { PageClient } from '../../support/page-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { startStack } from '../../support/stack.js';

/** The sets that do not expire: what is in them is taken out as it becomes due. */
const LASTING = ['relais:s:chores', 'relais:s:leases'];

/** All keys that never expire. */
async function lastingKeys(redis: RedisServer): Promise<string[]> {
  const lasting: string[] = [];
  for (const key of await redis.ask<string[]>('KEYS', '*')) {
    if ((await redis.ask<number>('TTL', key)) === -1) lasting.push(key);
  }
  return lasting.sort();
}

describeWithRedis('the keys of a proxy', () => {
  it('all expire by themselves, but for the leases and what is still to be done', async () => {
    await using redis = await startRedis();
    const store = await RedisStore.connect({ url: redis.url });
    const sameUser = { linkDelay: 10, sameAddress: 'same-user' } as const;
    await using stack = await startStack(sameUser, { gateway: {}, store });
    const kinds = new Set<string>();
    const look = async () => {
      const keys = await redis.ask<string[]>('KEYS', '*');
      for (const key of keys) kinds.add(key.split(':').slice(1, 3).join(':'));
      expect((await lastingKeys(redis)).filter((key) => !LASTING.includes(key))).toEqual([]);
    };
    const hosting = await hostByGateway(stack.proxyUrl);
    const host = hosting.client;
    const session = await host.linked(hosting.session);
    await look();
    const { session_id } = session;
    const kicked = await joinByGateway(hosting);
    const left = await joinByGateway(hosting);
    const lapsing = await joinByGateway(hosting);
    await look();
    const stranger = await GameClient.guest(stack.proxyUrl);
    expect((await stranger.join({ join_code: 'WRNGCDES' })).status).toBeGreaterThan(399);
    const page = new PageClient(`${stack.proxyUrl.replace('http', 'ws')}/v1/channel`, left);
    await expect.poll(() => page.messages.length).toBeGreaterThan(0);
    await look();
    const { webhook_url } = stack.simulator.sessions()[0] ?? {};
    await host.send('POST', new URL(webhook_url ?? '').pathname);
    await look();
    const kick = await host.revoke(session, { player_id: kicked.client.playerId });
    expect(kick.status).toBe(204);
    expect((await left.client.revoke(left.session)).status).toBe(204);
    await look();
    await lapsing.client.revoke(lapsing.session, { after: 1 });
    const players = async () => (await host.get(session)).body.players;
    await expect.poll(players).toHaveLength(1);
    await look();
    expect((await host.delete(session)).status).toBe(204);
    await look();
    page.cut();
    const wanted = ['s:departures', 's:shared', 'v:departed', 'v:webhook', 'v:wire', 'v:ended'];
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
    // Nothing else is left of the session but its end and its nonce.
    const rest = await redis.ask<string[]>('KEYS', `*${session_id}*`);
    expect(rest.map((name) => name.split(':')[2]).sort()).toEqual(['ended', 'wires']);
  });
});
