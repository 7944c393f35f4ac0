import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { StoredSchedule } from '../../../src/proxy/store/stored-schedule.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';

/** How an older version takes what is due: out of the set at once, by a time that it has read before. */
const TAKE = `
  local taken = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
  for _, member in ipairs(taken) do redis.call('ZREM', KEYS[1], member) end
  return taken`;

async function takeAsBefore(redis: RedisServer, later = 0): Promise<string[]> {
  const [seconds, micros] = await redis.ask<[string, string]>('TIME');
  const now = Number(seconds) * 1_000 + Number(micros) / 1_000 + later;
  return redis.ask('EVAL', TAKE, '1', 'relais:s:leases', String(now), '20');
}

describeWithRedis('an older version beside this one', () => {
  it('takes nothing that is claimed, unless nobody settles it for a minute, and leaves nothing twice', async () => {
    await using redis = await startRedis();
    const store = await RedisStore.connect({ url: redis.url });
    const leases = new StoredSchedule(store, systemClock, 'leases', 120_000);
    await leases.put('["a-S","anna"]', 0);
    await sleep(2);
    const { claims } = await leases.claim(20);
    expect(claims.map(({ member }) => member)).toEqual(['["a-S","anna"]']);
    expect(await takeAsBefore(redis)).toEqual([]);
    expect(await takeAsBefore(redis, 61_000)).toEqual(['["a-S","anna"]']);
    for (const claim of claims) await leases.settle(claim);
    // What the older one has put in is claimed here, and what it has taken is nobody's.
    await redis.ask('ZADD', 'relais:s:leases', '1700000000000.25', '["a-S","ben"]');
    expect((await leases.claim(20)).claims.map(({ member }) => member)).toEqual(['["a-S","ben"]']);
    await redis.ask('ZADD', 'relais:s:leases', '1700000000000', '["a-S","cleo"]');
    expect(await takeAsBefore(redis)).toEqual(['["a-S","cleo"]']);
    expect((await leases.claim(20)).claims).toEqual([]);
    await store.close();
  });
});
