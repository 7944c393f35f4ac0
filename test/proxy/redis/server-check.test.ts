import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { scriptedRedis } from '../../support/scripted-redis.js';

const REDIS = ['redis_version:7.0.15', 'redis_mode:standalone', 'cluster_enabled:0'];

it.each([
  [['redis_version:6.0.16'], 'leads to a Redis 6.0.16: it must be 6.2 or newer.'],
  [['redis_version:5.0.14'], 'leads to a Redis 5.0.14: it must be 6.2 or newer.'],
  [['redis_version:2.8.24'], 'leads to a Redis 2.8.24: it must be 6.2 or newer.'],
  [['redis_version:7.0.15', 'cluster_enabled:1'], 'in cluster mode'],
  [['redis_version:7.0.15', 'redis_mode:cluster'], 'in cluster mode'],
  [[...REDIS, 'maxmemory_policy:volatile-lru'], 'set it to "noeviction"'],
])('a server is refused with one sentence where it says %j', async (info, words) => {
  await using server = await scriptedRedis(info);
  const refusal = await RedisStore.connect({ url: server.url }).catch((error) => error);
  expect(refusal).toMatchObject({ code: 'invalid-option' });
  expect(refusal.message).toContain(words);
  expect(refusal.message.match(/\.(?=\s|$)/g)).toHaveLength(1);
  expect(server.asked).toContain('INFO');
});

it.each([
  ['Redis 6.2', ['redis_version:6.2.0', 'maxmemory_policy:noeviction']],
  ['Redis 10', ['redis_version:10.0.0']],
  // Valkey goes on saying which Redis it came from.
  [
    'Valkey',
    ['server_name:valkey', 'redis_version:7.2.4', 'valkey_version:8.1.1', 'server_mode:standalone'],
  ],
  ['one that hides what it is', ['maxmemory_policy:noeviction']],
])('a server is taken that is %s', async (_name, info) => {
  await using server = await scriptedRedis(info);
  const store = await RedisStore.connect({ url: server.url });
  await store.check();
  await store.close();
});

it('a Valkey in cluster mode is refused', async () => {
  const info = ['server_name:valkey', 'redis_version:7.2.4', 'server_mode:cluster'];
  await using server = await scriptedRedis(info);
  await expect(RedisStore.connect({ url: server.url })).rejects.toThrow('in cluster mode');
});
