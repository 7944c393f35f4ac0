import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { breakableLine } from '../../support/breakable-line.js';
import { FakeClock } from '../../support/fake-clock.js';
import { listenToNews } from '../../support/listen-to-news.js';
import { describeWithRedis, startRedis } from '../../support/redis-server.js';
import { scriptedRedis } from '../../support/scripted-redis.js';

describeWithRedis('the connections to a Redis', () => {
  it('go to the new primary, both of them, and never to what has become a replica', async () => {
    await using old = await startRedis(['--repl-diskless-sync-delay', '0']);
    await using next = await startRedis(['--replicaof', `127.0.0.1 ${old.port}`]);
    await using line = await breakableLine(old.port);
    const log: LogEntry[] = [];
    const store = await RedisStore.connect({
      url: `redis://127.0.0.1:${line.port}`,
      log: (entry) => log.push(entry),
    });
    const heard = listenToNews(store);
    await store.set('kept', 'v', 60_000);
    await expect.poll(() => next.ask('GET', 'relais:v:kept')).toBe('v');
    await next.ask('REPLICAOF', 'NO', 'ONE');
    // A replica of nothing that answers: what is said at the new primary is not heard here.
    await old.ask('REPLICAOF', '127.0.0.1', '1');
    const before = line.connections;
    await expect(store.set('lost', 'v', 60_000)).rejects.toThrow('replica');
    // The line still leads to the old one: it was tried, and not taken.
    await expect.poll(() => line.connections).toBeGreaterThan(before + 3);
    await expect(store.get('kept')).rejects.toThrow('does not answer');
    line.lead(next.port);
    await expect.poll(() => heard.gaps, { timeout: 20_000 }).toBe(1);
    expect(await store.get('kept')).toBe('v');
    await store.set('new', 'v', 60_000);
    const other = await RedisStore.connect({ url: next.url });
    await other.publish('news', 'said at the new one');
    await expect.poll(() => heard.messages).toEqual(['said at the new one']);
    expect(log.map(({ event }) => event)).toEqual(['failure', 'warning']);
    for (const each of [store, other]) await each.close();
  });

  it('tell of a gap also where only that was lost by which the news are looked into', async () => {
    await using redis = await startRedis();
    const store = await RedisStore.connect({ url: redis.url });
    let found: unknown;
    store.subscribe(
      'news',
      () => {},
      async () => {
        found = await store.get('a');
      },
    );
    await store.set('a', 'v', 60_000);
    await redis.ask('CLIENT', 'KILL', 'TYPE', 'normal');
    await expect.poll(() => found).toBe('v');
    await store.close();
  });
});

it('a Redis that still loads its data is waited for', async () => {
  const info = ['redis_version:7.0.15', 'loading:1'];
  await using server = await scriptedRedis(info);
  const connecting = RedisStore.connect({ url: server.url });
  await expect.poll(() => server.asked.filter((word) => word === 'INFO').length).toBeGreaterThan(1);
  info[1] = 'loading:0';
  const store = await connecting;
  await store.check();
  await store.close();
});

it('a Redis that falls silent while it is asked who it is keeps nobody waiting for ever', async () => {
  const info: string[] = [];
  await using server = await scriptedRedis(info);
  const clock = new FakeClock();
  let store: RedisStore | undefined;
  void RedisStore.connect({ url: server.url, clock }).then((connected) => {
    store = connected;
  });
  await expect.poll(() => server.asked).toContain('INFO');
  info.push('redis_version:7.0.15');
  await expect
    .poll(() => {
      clock.advance(1_000);
      return store;
    })
    .toBeDefined();
  const closing = store?.close();
  clock.advance(1_000);
  await closing;
});
