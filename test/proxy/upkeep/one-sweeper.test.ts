import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import type { Store } from '../../../src/proxy/store/store.js';
import { createSimulator } from '../../../src/simulator/simulator.js';
import { GameClient } from '../../support/game-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { SharedTime } from '../../support/shared-time.js';
import { API_TOKEN, startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { wrapStore } from '../../support/wrap-store.js';

const SECRETS = ['a secret that two instances share 12'];

/** A service, and instances before it of which each counts how often it goes to the account's list. */
async function startService(options: Partial<RelayProxyOptions> = {}) {
  const simulator = await createSimulator({
    apiToken: API_TOKEN,
    linkDelay: 10,
    clock: options.clock,
  });
  const instances: AsyncDisposable[] = [];
  return {
    simulator,
    async startInstance(store: Store, upstream = options.edgegap?.fetch ?? fetch) {
      let lists = 0;
      const counting: typeof fetch = (input, init) => {
        if (new URL((input as Request).url).pathname.endsWith('/sessions')) {
          lists += Number((input as Request).method === 'GET');
        }
        return upstream(input, init);
      };
      const edgegap = {
        apiToken: API_TOKEN,
        baseUrl: simulator.url,
        callsPerSecond: 1_000,
        fetch: counting,
      };
      const stack = await startStack({}, { secrets: SECRETS, ...options, edgegap, store });
      stack.proxy.start();
      instances.push(stack);
      return {
        proxy: stack.proxy,
        guest: () => GameClient.guest(stack.proxyUrl),
        /** The same player, here. */
        client: ({ token, playerId }: GameClient) =>
          Object.assign(new GameClient(stack.proxyUrl), { token, playerId }),
        get lists() {
          return lists;
        },
      };
    },
    /** How often the service was asked for its list, by all of them. */
    lists: () =>
      Object.values(simulator.stats().calls['relay-session-list']).reduce(
        (sum, count) => sum + count,
        0,
      ),
    async [Symbol.asyncDispose]() {
      for (const instance of instances) await instance[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

/** Connects one more instance. */
type Connect = () => Store | Promise<Store>;

type Service = Awaited<ReturnType<typeof startService>>;

/** Two instances that share a store. The first is on duty. */
async function startTwo(service: Service, connect: Connect) {
  const first = await service.startInstance(await connect());
  await expect.poll(() => first.lists).toBe(1);
  const second = await service.startInstance(await connect());
  return { first, second };
}

/** What holds for each store that can be shared. */
function describeOneSweeper(newStore: () => Connect) {
  it('the one on duty alone lists the account, for the other, too, which has just started', async () => {
    await using service = await startService();
    const { first, second } = await startTwo(service, newStore());
    // Until all is adopted, nobody can say that there is no such session.
    const joiner = await second.guest();
    expect((await joiner.join({ join_code: '6789BCDF' })).status).toBe(404);
    // One that had not got to its end served the other as well.
    expect(first.lists).toBeLessThanOrEqual(2);
    expect([service.lists(), second.lists]).toEqual([first.lists, 0]);
  });

  it('what a dead process left is adopted for an instance that starts, before it answers', async () => {
    await using service = await startService();
    const connect = newStore();
    const first = await service.startInstance(await connect());
    await expect.poll(() => first.lists).toBe(1);
    // The store has never heard of what it makes.
    const dead = await service.startInstance(new MemoryStore());
    const session = (await (await dead.guest()).create()).body;
    await dead.proxy.close();
    const second = await service.startInstance(await connect());
    const joiner = await second.guest();
    expect(await joiner.join({ join_code: session.join_code })).toMatchObject({
      status: 200,
      body: { session_id: session.session_id },
    });
    expect([first.lists, second.lists]).toEqual([2, 0]);
  });

  it('a create whose answer was lost at the other is found by it', async () => {
    await using service = await startService();
    const { first, second } = await startTwo(service, newStore());
    const host = await second.guest();
    const fault = { kind: 'drop-after', operation: 'relay-session-create', times: 1 } as const;
    service.simulator.faults.add(fault);
    const created = await host.create({ 'idempotency-key': 'the-match' });
    expect(created).toMatchObject({ status: 200, body: { role: 'server' } });
    expect(service.simulator.stats().sessions.created).toBe(1);
    expect(second.lists).toBe(0);
    const seen = await first.client(host).get(created.body);
    expect(seen.body).toMatchObject({ session_id: created.body.session_id });
  });

  it('one that was never made is known not to be there, and made', async () => {
    await using service = await startService();
    const { second } = await startTwo(service, newStore());
    const host = await second.guest();
    const fault = { kind: 'drop-before', operation: 'relay-session-create', times: 1 } as const;
    service.simulator.faults.add(fault);
    expect((await host.create()).status).toBe(200);
    expect(service.simulator.stats().sessions.created).toBe(1);
    expect(second.lists).toBe(0);
  });

  it('and where the list fails, whoever needs it is told so', async () => {
    await using service = await startService();
    const { second } = await startTwo(service, newStore());
    const host = await second.guest();
    await host.join({ join_code: '6789BCDF' });
    service.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
    const fault = { kind: 'drop-before', operation: 'relay-session-create', times: 1 } as const;
    service.simulator.faults.add(fault);
    const refused = await host.create();
    expect(refused).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('2');
  }, 20_000);

  it('one that stops hands over at once', async () => {
    await using service = await startService();
    const { first, second } = await startTwo(service, newStore());
    await (await second.guest()).join({ join_code: '6789BCDF' });
    await first.proxy.close();
    const before = first.lists;
    await expect.poll(() => second.lists).toBeGreaterThan(0);
    expect(first.lists).toBe(before);
  });
}

describe('of two instances with one store in memory', () => {
  describeOneSweeper(() => {
    const store = wrapStore(new MemoryStore());
    return () => store;
  });

  it('the other takes over within 15 s of the death of the one on duty', async () => {
    const time = new SharedTime();
    const clock = time.clock();
    await using service = await startService({
      clock,
      edgegap: { apiToken: '', fetch: time.fetch },
    });
    let isDead = false;
    const memory = new MemoryStore(clock);
    const dying = wrapStore(memory, async (_operation, call) => {
      if (isDead) throw new Error('The process was killed.');
      return call();
    });
    const first = await service.startInstance(dying);
    await time.until(() => expect(first.lists).toBe(1));
    const second = await service.startInstance(wrapStore(memory));
    await time.until(() => expect(first.lists).toBe(2));
    for (let passed = 0; passed < 130_000; passed += 200) await time.step();
    // Once for each minute.
    expect([first.lists, second.lists]).toEqual([4, 0]);
    isDead = true;
    for (let passed = 0; passed < 15_000; passed += 200) await time.step();
    expect([first.lists, second.lists]).toEqual([4, 1]);
  });

  it('the other takes over from one that cannot reach the service any more', async () => {
    const time = new SharedTime();
    const clock = time.clock();
    await using service = await startService({ clock });
    const memory = new MemoryStore(clock);
    let isCutOff = false;
    const first = await service.startInstance(wrapStore(memory), async (input, init) => {
      if (isCutOff) throw new TypeError('fetch failed');
      return time.fetch(input, init);
    });
    await time.until(() => expect(first.lists).toBe(1));
    const second = await service.startInstance(wrapStore(memory), time.fetch);
    await time.until(() => expect(first.lists).toBe(2));
    isCutOff = true;
    // Its next sweep is due after a minute, and is tried three times, each time with several calls.
    await until(async () => {
      await time.step();
      expect(second.lists).toBe(1);
    });
    const before = first.lists;
    for (let passed = 0; passed < 130_000; passed += 200) await time.step();
    // It has left it to the other for good.
    expect([first.lists, second.lists]).toEqual([before, 3]);
  });

  it('one that is alone comes back to it, however long the service was away', async () => {
    const time = new SharedTime();
    const clock = time.clock();
    await using service = await startService({
      clock,
      edgegap: { apiToken: '', fetch: time.fetch },
    });
    const alone = await service.startInstance(new MemoryStore(clock));
    await time.until(() => expect(alone.lists).toBe(1));
    service.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
    for (let passed = 0; passed < 180_000; passed += 200) await time.step();
    service.simulator.faults.clear();
    const failed = alone.lists;
    await until(async () => {
      await time.step();
      expect(alone.lists).toBe(failed + 1);
    });
  });
});

let redis: RedisServer;
let prefixes = 0;

describeWithRedis('of two instances with one Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  describeOneSweeper(() => {
    prefixes += 1;
    const prefix = `sweeper-${prefixes}:`;
    return () => RedisStore.connect({ url: redis.url, prefix });
  });
});
