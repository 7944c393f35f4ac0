import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { createSimulator } from '../../../src/simulator/simulator.js';
import { GameClient } from '../../support/game-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { SharedTime } from '../../support/shared-time.js';
import { API_TOKEN, startStack } from '../../support/stack.js';

const LIST = 'GET /v1/relays/sessions';

/** Instances that share a Redis, a service without webhooks, and their time; and what each asks the service for. */
async function startCompany(redis: RedisServer) {
  const time = new SharedTime();
  const simulator = await createSimulator({ apiToken: API_TOKEN, linkDelay: 10 });
  const calls: string[] = [];
  return {
    simulator,
    calls,
    async start(name: string) {
      const asked = (async (input, init) => {
        const request = new Request(input, init);
        calls.push(`${name} ${request.method} ${new URL(request.url).pathname}`);
        return time.fetch(request);
      }) as typeof fetch;
      const edgegap = { apiToken: API_TOKEN, baseUrl: simulator.url, fetch: asked };
      const store = await RedisStore.connect({ url: redis.url });
      const secrets = ['a secret that the instances share 12'];
      return startStack({}, { edgegap, store, secrets, clock: time.clock() });
    },
    /** Lets time pass meanwhile: slowly, for Redis and players have a time of their own. */
    async during<T>(work: Promise<T>): Promise<T> {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      while (!isDone) {
        await sleep(10);
        await time.step();
      }
      return work;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

describeWithRedis('sweeps of one instance, and players who wait at another', () => {
  it('wake them: what only the list shows is asked for where they wait, and nothing else', async () => {
    await using redis = await startRedis();
    await using company = await startCompany(redis);
    const { calls, during, simulator } = company;
    await using first = await company.start('first');
    await during(GameClient.guest(first.proxyUrl));
    await during(expect.poll(() => redis.ask('GET', 'relais:v:on-duty')).not.toBeNull());
    await using second = await company.start('second');
    const host = async () => {
      const client = await GameClient.guest(second.proxyUrl);
      const session = await client.linked((await client.create()).body);
      const etag = (await client.get(session)).headers.get('etag') ?? '';
      const held = () => client.get(session, { prefer: 'wait=25', 'if-none-match': etag });
      return { session, held, path: `GET /v1/relays/sessions/${session.session_id}` };
    };
    const moving = await during(host());
    const staying = await during(host());
    // The more sessions than pages are watched, the list is gone through for them: by the one on duty.
    const waiting = [moving.held(), staying.held()] as const;
    const sweeps = () => calls.filter((call) => call === `first ${LIST}`).length;
    const before = sweeps();
    await during(expect.poll(sweeps).toBeGreaterThan(before));
    const asked = calls.length;
    simulator.relink(moving.session.session_id);
    const { body, status } = await during(waiting[0]);
    expect(status).toBe(200);
    expect(body.relay).not.toEqual(moving.session.relay);
    const since = calls.slice(asked);
    expect(since).toContain(`first ${LIST}`);
    expect(since.slice(since.indexOf(`first ${LIST}`))).toContain(`second ${moving.path}`);
    expect(since.filter((call) => call.includes('second '))).toEqual([`second ${moving.path}`]);
    await during(waiting[1]);
  });
});
