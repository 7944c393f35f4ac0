import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { FakeClock } from '../../support/fake-clock.js';
import { listenToNews } from '../../support/listen-to-news.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { testStoreConformance } from '../../support/store-conformance.js';

/** Makes all that is kept under a prefix expire so many milliseconds earlier. */
const HASTEN = `
  for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
    local left = redis.call('PTTL', key)
    if left > 0 then redis.call('PEXPIRE', key, left - ARGV[2]) end
  end`;

/** Real time passes for Redis, and nobody waits for more of it than this, in milliseconds. */
const LONGEST_SLEEP = 100;

let redis: RedisServer;
let prefixes = 0;

const connect = (options: Partial<Parameters<typeof RedisStore.connect>[0]> = {}) => {
  prefixes += 1;
  return RedisStore.connect({ url: redis.url, prefix: `test-${prefixes}:`, ...options });
};

describeWithRedis('with a real Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  testStoreConformance('RedisStore', async () => {
    const store = await connect();
    const prefix = `test-${prefixes}:`;
    return {
      store,
      async pass(milliseconds) {
        const slept = Math.min(milliseconds, LONGEST_SLEEP);
        await sleep(slept);
        await redis.ask('EVAL', HASTEN, '0', prefix, String(milliseconds - slept));
      },
      async interrupt() {
        await redis.ask('CLIENT', 'KILL', 'TYPE', 'normal');
        await redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
      },
      async away() {
        redis.pause();
        return async () => redis.resume();
      },
    };
  });

  describe('RedisStore', () => {
    it('names its keys so that two stores in one Redis are apart, in one database or two', async () => {
      const stores = await Promise.all([
        connect({ prefix: 'a:' }),
        connect({ prefix: 'b:' }),
        connect({ prefix: 'a:', url: `${redis.url}/3` }),
      ]);
      const [first] = stores;
      const heard: number[] = [];
      for (const [index, store] of stores.entries()) {
        store.subscribe('news', () => heard.push(index));
      }
      await first.set('k', 'v', 60_000);
      await first.addToSet('k', 'm', 1);
      await first.publish('news', 'hello');
      expect(await Promise.all(stores.map((store) => store.get('k')))).toEqual([
        'v',
        undefined,
        undefined,
      ]);
      await expect.poll(() => heard).toEqual([0]);
      expect((await redis.ask<string[]>('KEYS', 'a:*')).sort()).toEqual(['a:s:k', 'a:v:k']);
      for (const store of stores) await store.close();
    });

    it('lets every value expire, and every set that was given a lifetime', async () => {
      const store = await connect({ prefix: 'lives:' });
      await store.set('value', 'v', 60_000);
      await store.setIfAbsent('absent', 'v', 60_000);
      await store.increment('count', 60_000);
      await store.increment('count', 60_000);
      await store.addToSet('set', 'm', 1, 60_000);
      const keys = await redis.ask<string[]>('KEYS', 'lives:*');
      expect(keys).toHaveLength(4);
      for (const key of keys) expect(await redis.ask('PTTL', key)).toBeGreaterThan(0);
      await store.close();
    });

    it('works on where Redis has forgotten its scripts', async () => {
      const store = await connect();
      await store.increment('hits', 60_000);
      await redis.ask('SCRIPT', 'FLUSH');
      expect(await store.increment('hits', 60_000)).toBe(2);
      await store.close();
    });

    it('refuses what takes memory while there is none, says so, and forgets all the same', async () => {
      const store = await connect();
      await store.set('old', 'v', 60_000);
      await store.addToSet('due', 'm', 1);
      await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
      try {
        await expect(store.set('new', 'v', 60_000)).rejects.toThrow('Redis has no memory left.');
        await expect(store.increment('hits', 60_000)).rejects.toThrow('no memory');
        await expect(store.addToSet('due', 'n', 1, 60_000)).rejects.toThrow('no memory');
        expect(await store.get('old')).toBe('v');
        await store.delete('old');
        await store.publish('news', 'still told');
        await store.removeFromSet('due', 'm');
        expect(await store.sizeOfSet('due')).toBe(0);
      } finally {
        await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
      }
      await store.set('new', 'v', 60_000);
      await store.close();
    });

    it('looks for the primary anew where its Redis has become a replica', async () => {
      const log: LogEntry[] = [];
      const store = await connect({ log: (entry) => log.push(entry) });
      await redis.ask('REPLICAOF', '127.0.0.1', '1');
      await expect(store.set('a', 'v', 60_000)).rejects.toThrow('replica');
      await redis.ask('REPLICAOF', 'NO', 'ONE');
      await expect.poll(() => log.map(({ event }) => event)).toEqual(['failure', 'warning']);
      await store.set('a', 'v', 60_000);
      await store.close();
    });
  });
});

describeWithRedis('RedisStore, where its Redis is gone or stuck', () => {
  it('rejects while it is gone, and comes back by itself, as does what is heard', async () => {
    await using redis = await startRedis();
    const log: LogEntry[] = [];
    const store = await RedisStore.connect({ url: redis.url, log: (entry) => log.push(entry) });
    const heard = listenToNews(store);
    const stop = store.subscribe(
      'news',
      () => {},
      () => expect.unreachable(),
    );
    stop();
    await redis.kill();
    for (const ask of [
      () => store.get('a'),
      () => store.check(),
      () => store.publish('news', 'lost'),
    ]) {
      await expect(ask()).rejects.toThrow(/Redis does not answer/);
    }
    expect(heard.gaps).toBe(0);
    await redis.start();
    await expect.poll(() => heard.gaps, { timeout: 20_000 }).toBe(1);
    const isBack = () =>
      store.check().then(
        () => true,
        () => false,
      );
    await expect.poll(isBack, { timeout: 20_000 }).toBe(true);
    await store.publish('news', 'heard');
    await expect.poll(() => heard.messages).toEqual(['heard']);
    expect(log.map(({ event }) => event)).toEqual(['failure', 'warning']);
    await store.close();
  });

  it('rejects after three seconds what is not answered, and connects anew: nobody else waits as long', async () => {
    await using redis = await startRedis();
    const clock = new FakeClock();
    const log: LogEntry[] = [];
    const connecting = RedisStore.connect({
      url: redis.url,
      clock,
      log: (entry) => log.push(entry),
    });
    const store = await connecting;
    redis.pause();
    let outcome = 'none';
    const asked = store.get('a').catch((error) => {
      outcome = error.message;
    });
    clock.advance(2_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBe('none');
    clock.advance(1);
    await asked;
    expect(outcome).toBe('Redis did not answer within 3 s.');
    expect(log.map(({ event }) => event)).toEqual(['failure']);
    // From now on nobody waits any more.
    clock.advance(1_000);
    await expect(store.get('a')).rejects.toThrow('Redis does not answer.');
    redis.resume();
    const isBack = () => {
      clock.advance(500);
      return log.length;
    };
    await expect.poll(isBack).toBe(2);
    expect(await store.get('a')).toBeUndefined();
    await store.close();
  });

  it('connects anew after a ping without an answer, also where nobody asks for anything', async () => {
    await using redis = await startRedis();
    const clock = new FakeClock();
    const log: LogEntry[] = [];
    const store = await RedisStore.connect({
      url: redis.url,
      clock,
      log: (entry) => log.push(entry),
    });
    redis.pause();
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    clock.advance(3_000);
    await expect.poll(() => log.map(({ event }) => event)).toEqual(['failure']);
    redis.resume();
    await store.close();
  });

  it('goes by the time of Redis, whatever the instance’s own clock says', async () => {
    await using redis = await startRedis();
    const ahead = new FakeClock();
    ahead.set(365 * 24 * 60 * 60 * 1000);
    const one = await RedisStore.connect({ url: redis.url, clock: ahead });
    const other = await RedisStore.connect({ url: redis.url });
    await one.batch([
      ['schedule', 'due', 'now', 0],
      ['schedule', 'due', 'later', 600_000],
    ]);
    const claimed = async (store: RedisStore) => {
      const [claims = []] = await store.batch([['claimDue', 'due', 9, 600_000]]);
      return claims.map(([member]) => member);
    };
    await sleep(2);
    expect([await claimed(one), await claimed(other)]).toEqual([['now'], []]);
    expect(Math.abs((await one.now()) - (await other.now()))).toBeLessThan(60_000);
    for (const store of [one, other]) await store.close();
  });

  it('pings on the connection for news, too, and tells of a gap once it hears again, not all at once', async () => {
    await using redis = await startRedis();
    const clock = new FakeClock();
    const store = await RedisStore.connect({ url: redis.url, clock });
    const heard: string[] = [];
    const told: string[] = [];
    const listen = (name: string) =>
      store.subscribe(
        name,
        (message) => heard.push(message),
        () => {
          told.push(name);
          // Whoever looks again now hears whatever is said from now on.
          void store.publish(name, `after ${name}`);
        },
      );
    listen('first');
    listen('second');
    const chances = [0.2, 0.8];
    redis.pause();
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(3_000);
    await new Promise((resolve) => setImmediate(resolve));
    redis.resume();
    let draws = 0;
    Object.assign(clock, { random: () => chances[draws++ % 2] });
    // Only a connection that was given up for dead comes back, and only then is a gap told of.
    const isBack = () => {
      if (told.length === 0) clock.advance(50);
      return told;
    };
    await expect.poll(isBack, { timeout: 20_000 }).toHaveLength(1);
    clock.advance(1_000);
    expect([...told].sort()).toEqual(['first', 'second']);
    await expect.poll(() => [...heard].sort()).toEqual(['after first', 'after second']);
    await store.close();
  });

  it('closes at once where Redis is stuck, and leaves no timer behind', async () => {
    await using redis = await startRedis();
    const clock = new FakeClock();
    const store = await RedisStore.connect({ url: redis.url, clock });
    redis.pause();
    const asked = expect(store.get('a')).rejects.toThrow(/Redis/);
    const closed = store.close();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
    await closed;
    await asked;
    await expect.poll(() => clock.pending).toBe(0);
    await expect(store.get('a')).rejects.toThrow(/Redis/);
  });
});

const PASSWORD = 'a-pass/word%41';
const SECRET_URL = (port: number, user: string) =>
  `redis://${user}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/2`;

describeWithRedis('RedisStore at the start', () => {
  it('takes user, password and database from the URL', async () => {
    await using redis = await startRedis(['--requirepass', PASSWORD], { password: PASSWORD });
    await redis.ask(
      'ACL',
      'SETUSER',
      'relais',
      'on',
      `>${PASSWORD}`,
      '~relais:*',
      '&relais:*',
      '+@all',
    );
    const store = await RedisStore.connect({ url: SECRET_URL(redis.port, 'relais') });
    await store.set('a', 'v', 60_000);
    expect(await redis.ask('INFO', 'keyspace')).toContain('db2:keys=1');
    await store.close();
  });

  it.each([
    [['--cluster-enabled', 'yes'], 'cluster mode'],
    [['--maxmemory-policy', 'allkeys-lru'], 'maxmemory-policy "allkeys-lru"'],
    [['--maxmemory-policy', 'volatile-ttl'], 'maxmemory-policy "volatile-ttl"'],
  ])('refuses one that cannot keep what it is given: %s', async (settings, words) => {
    await using redis = await startRedis(settings);
    await expect(RedisStore.connect({ url: redis.url })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(words),
    });
  });

  it('shows the password in no error', async () => {
    await using redis = await startRedis(['--requirepass', 'another'], { password: 'another' });
    const urls = [
      SECRET_URL(redis.port, ''),
      SECRET_URL(redis.port, 'nobody'),
      SECRET_URL(redis.port, 'u').replace('redis:', 'http:'),
      SECRET_URL(redis.port, 'u').replace('127.0.0.1', ''),
      `${SECRET_URL(redis.port, 'u')}x`,
      `redis://u:${PASSWORD}%@127.0.0.1`,
    ];
    for (const url of urls) {
      const error = await RedisStore.connect({ url }).catch((error) => error);
      expect(error).toMatchObject({ code: 'invalid-option' });
      for (const shown of [
        error.message,
        error.stack,
        JSON.stringify(error),
        String(error.cause),
      ]) {
        expect(shown).not.toContain(PASSWORD);
        expect(shown).not.toContain(encodeURIComponent(PASSWORD));
      }
    }
  });

  it('gives up after ten seconds where there is none', async () => {
    const clock = new FakeClock({ hurry: { except: 3_000 } });
    const start = systemClock.monotonic();
    // Time passes as fast as it can.
    const hurried = Object.assign(clock, {
      monotonic: () => start + (systemClock.monotonic() - start) * 100,
    });
    const connecting = RedisStore.connect({ url: 'redis://127.0.0.1:1', clock: hurried });
    await expect(connecting).rejects.toThrow('Redis does not answer (ECONNREFUSED).');
  });
});
