import { expect, it } from 'vitest';
import type { Clock } from '../../../src/common/clock.js';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { createSimulator } from '../../../src/simulator/simulator.js';
import { breakableLine } from '../../support/breakable-line.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type Answer, GameClient } from '../../support/game-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { API_TOKEN, startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

/** A replica is given the data at once. */
const SYNC_AT_ONCE = ['--repl-diskless-sync-delay', '0'];
const SECRETS = ['a secret that outlives every failure'];
const KEY = { 'idempotency-key': 'the-match' };

/** A service whose answers to *create* and *authorize-user* pass by the test before the proxy gets them. */
async function startService() {
  const simulator = await createSimulator({ apiToken: API_TOKEN, linkDelay: 10 });
  const service = {
    simulator,
    beforeAnswer: async () => {},
    /** The open sessions, and how many users each has. */
    users: () => simulator.sessions().map(({ session_users = [] }) => session_users.length),
    edgegap: {
      apiToken: API_TOKEN,
      baseUrl: simulator.url,
      callsPerSecond: 1_000,
      fetch: (async (input, init) => {
        const request = new Request(input, init);
        const isNew = request.method === 'POST' && !request.url.endsWith('revoke-user');
        const answer = await fetch(request);
        if (isNew) await service.beforeAnswer();
        return answer;
      }) as typeof fetch,
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
  return service;
}

type Service = Awaited<ReturnType<typeof startService>>;

/** A proxy with a Redis at this port. */
async function startProxy(service: Service, port: number, clock?: Clock, lease = 120) {
  const store = await RedisStore.connect({
    url: `redis://127.0.0.1:${port}`,
    ...(clock && { clock }),
  });
  const { edgegap } = service;
  return startStack({}, { edgegap, secrets: SECRETS, store, lease, longestWait: 1 });
}

/** A match of a host and others, all of whom are at the relay. */
async function play(url: string, others: number) {
  const host = await GameClient.guest(url);
  const session = await host.linked((await host.create()).body);
  const joined = [];
  for (let count = 0; count < others; count += 1) {
    const player = await GameClient.guest(url);
    const { body } = await player.join({ session_id: session.session_id });
    joined.push({ player, session: await player.linked(body) });
  }
  return { host, session, joined };
}

/** Why a player gets no document, where they get none. */
const codeFor = async (who: Awaited<ReturnType<typeof play>>['joined'][number] | undefined) =>
  (await who?.player.get(who.session))?.body.code;

function expectPutOff(answers: readonly Answer[]): void {
  for (const { body, headers, status } of answers) {
    expect([status, body.code]).toEqual([503, 'upstream-unavailable']);
    expect(headers.get('retry-after')).toBe('1');
  }
}

/** A *create*, a join, a kick, a leave and an end are done. Who is refused has gone: that was written down before. */
function expectDone(statuses: readonly number[]): void {
  expect(statuses.slice(0, 3)).toEqual([200, 200, 204]);
  expect([204, 403]).toContain(statuses[3]);
  expect([204, 404]).toContain(statuses[4]);
}

const isPutOff = ({ body, status }: Answer) => status === 503 || body?.code === 'in-progress';

/** Asks until it is no longer put off, as a game does. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  const askAgain = async () => {
    if (isPutOff(answer)) answer = await ask();
    return isPutOff(answer);
  };
  await expect.poll(askAgain, { timeout: 20_000 }).toBe(false);
  return answer;
}

/** Lets time pass for a store whose clock stands otherwise. */
function passTime(clock: FakeClock): Disposable {
  const timer = setInterval(() => clock.advance(100), 20);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const noMemory = (redis: RedisServer) => redis.ask('CONFIG', 'SET', 'maxmemory', '1');
const enoughMemory = (redis: RedisServer) => redis.ask('CONFIG', 'SET', 'maxmemory', '0');

describeWithRedis('a proxy whose Redis fails over', () => {
  it.each([
    ['the primary dies', (old: RedisServer) => old.kill()],
    ['it becomes a replica', (old: RedisServer) => old.ask('REPLICAOF', '127.0.0.1', '1')],
  ])(
    'goes on with the one that takes its place, and nobody loses a seat: %s',
    async (_name, end) => {
      await using old = await startRedis(SYNC_AT_ONCE);
      await using next = await startRedis(['--replicaof', `127.0.0.1 ${old.port}`]);
      await using line = await breakableLine(old.port);
      await using service = await startService();
      await using stack = await startProxy(service, line.port);
      const { host, joined, session } = await play(stack.proxyUrl, 2);
      const [guest] = joined;
      await expect.poll(() => next.ask('DBSIZE')).toBe(await old.ask('DBSIZE'));
      await end(old);
      expectPutOff([await host.create(KEY)]);
      await next.ask('REPLICAOF', 'NO', 'ONE');
      line.lead(next.port);
      const made = await insist(() => host.create(KEY));
      expect(made.status).toBe(200);
      expect((await host.get(session)).body.players).toHaveLength(3);
      const newcomer = await GameClient.guest(stack.proxyUrl);
      expect((await newcomer.join({ join_code: session.join_code ?? '' })).status).toBe(200);
      const kick = await host.revoke(session, { player_id: guest?.player.playerId });
      expect(kick.status).toBe(204);
      await expect.poll(() => codeFor(guest)).toBe('revoked');
      await expect.poll(() => service.users().sort()).toEqual([1, 3]);
    },
  );
});

describeWithRedis('a proxy whose Redis answers slowly', () => {
  it('puts off all who need it within four seconds, and does each thing once when they ask again', async () => {
    await using redis = await startRedis();
    await using line = await breakableLine(redis.port);
    await using service = await startService();
    const clock = new FakeClock();
    await using stack = await startProxy(service, line.port, clock);
    const url = stack.proxyUrl;
    const match = await play(url, 2);
    const ending = await play(url, 0);
    const [kicked, leaving] = match.joined;
    const newcomer = await GameClient.guest(url);
    const host = await GameClient.guest(url);
    const calls = [
      () => host.create(KEY),
      () => newcomer.join({ session_id: match.session.session_id }),
      () => match.host.revoke(match.session, { player_id: kicked?.player.playerId }),
      async () => (await leaving?.player.revoke(leaving.session)) as Answer,
      () => ending.host.delete(ending.session),
    ];
    const goOn = line.hold();
    const asked = Promise.all(calls.map((call) => call()));
    const unanswered = () => clock.waits.filter((wait) => wait === 3_000).length;
    await until(() => unanswered() >= calls.length);
    // What is at hand is not held up.
    expect((await match.host.get(match.session)).status).toBe(200);
    clock.advance(3_000);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
    expectPutOff(await asked);
    goOn();
    using _passing = passTime(clock);
    const answers = [];
    for (const call of calls) answers.push((await insist(call)).status);
    expectDone(answers);
    await expect.poll(() => codeFor(kicked)).toBe('revoked');
    await expect.poll(() => service.users().sort()).toEqual([1, 2]);
  });

  it.each(['create', 'join'] as const)(
    'makes nothing twice where what was written down is answered too late: %s',
    async (what) => {
      await using redis = await startRedis();
      await using line = await breakableLine(redis.port);
      await using service = await startService();
      const clock = new FakeClock();
      await using stack = await startProxy(service, line.port, clock);
      const { session } = await play(stack.proxyUrl, 0);
      const player = await GameClient.guest(stack.proxyUrl);
      const ask = () =>
        what === 'create' ? player.create(KEY) : player.join({ session_id: session.session_id });
      const held = new Promise<() => void>((resolve) => {
        service.beforeAnswer = async () => {
          service.beforeAnswer = async () => {};
          resolve(line.hold());
        };
      });
      const first = ask();
      const goOn = await held;
      // One answer is waited for, whatever is still to be asked for after it.
      await until(() => clock.waits.includes(3_000));
      clock.advance(3_000);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
      expectPutOff([await first]);
      goOn();
      using _passing = passTime(clock);
      expect((await insist(ask)).status).toBe(200);
      expect(service.users().sort()).toEqual(what === 'create' ? [1, 1] : [2]);
    },
  );
});

describeWithRedis('a proxy whose Redis has no memory left', () => {
  it('puts off what would be written, answers what is read, and goes on as before once there is memory', async () => {
    await using redis = await startRedis();
    await using service = await startService();
    await using stack = await startProxy(service, redis.port);
    const { host, joined, session } = await play(stack.proxyUrl, 2);
    const [kicked, leaving] = joined;
    const newcomer = await GameClient.guest(stack.proxyUrl);
    const calls = [
      () => host.create(KEY),
      () => newcomer.join({ join_code: session.join_code ?? '' }),
      () => host.revoke(session, { player_id: kicked?.player.playerId }),
      async () => (await leaving?.player.revoke(leaving.session)) as Answer,
      () => host.delete(session),
    ];
    await host.get(session);
    await noMemory(redis);
    expect((await host.get(session)).status).toBe(200);
    expect((await host.send('GET', '/v1/relays/sessions')).body.sessions).toHaveLength(1);
    const asked = [...calls, () => host.send('POST', '/v1/guests')];
    expectPutOff(await Promise.all(asked.map((call) => call())));
    expect((await host.send('GET', '/readyz')).status).toBe(503);
    expect(service.users()).toEqual([3]);
    await enoughMemory(redis);
    const answers = [];
    for (const call of calls) answers.push((await call()).status);
    expectDone(answers);
    await expect.poll(() => service.users()).toEqual([1]);
  });

  it('leaks no session that could not be written down: its player finds it, or it ends', async () => {
    await using redis = await startRedis();
    await using service = await startService();
    const first = await startProxy(service, redis.port, undefined, 2);
    const host = await GameClient.guest(first.proxyUrl);
    const lost = await GameClient.guest(first.proxyUrl);
    service.beforeAnswer = async () => {
      await noMemory(redis);
    };
    expectPutOff([await host.create(KEY)]);
    await enoughMemory(redis);
    expectPutOff([await lost.create()]);
    expect(service.users()).toHaveLength(2);
    service.beforeAnswer = async () => {};
    await enoughMemory(redis);
    const { body, status } = await insist(() => host.create(KEY));
    expect(status).toBe(200);
    expect(service.users()).toHaveLength(2);
    // An instance that starts goes through the account's list at once, and each does so once per lease.
    await using second = await startProxy(service, redis.port, undefined, 2);
    const elsewhere = Object.assign(new GameClient(second.proxyUrl), { token: host.token });
    const left = async () => {
      expect((await elsewhere.get(body)).status).toBe(200);
      return service.simulator.sessions().map(({ session_id }) => session_id);
    };
    await expect.poll(left).toEqual([body.session_id]);
    await first[Symbol.asyncDispose]();
  });
});
