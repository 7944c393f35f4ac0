import { createClient } from 'redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { GameClient } from '../../support/game-client.js';
import { hostByGateway } from '../../support/gateway-game.js';
import { PageClient } from '../../support/page-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SECRETS = ['a secret that two instances share 12'];

let redis: RedisServer;
let prefixes = 0;

/** Two instances with their gateways and one Redis, and what they tell each other. */
async function startTwo() {
  prefixes += 1;
  const prefix = `limits-${prefixes}:`;
  const connect = () => RedisStore.connect({ url: redis.url, prefix });
  const options = { secrets: SECRETS, gateway: {}, limits: { waitsPerPlayer: 2 } };
  const gateway = { limits: { openingsPerSeat: 6 } };
  const first = await startStack(
    { linkDelay: 10 },
    { ...options, store: await connect() },
    gateway,
  );
  const { edgegap } = first;
  const second = await startStack({}, { ...options, edgegap, store: await connect() }, gateway);
  const listener = createClient({ url: redis.url, maintNotifications: 'disabled' });
  await listener.connect();
  const heard: string[] = [];
  await listener.pSubscribe(`${prefix}*`, (message) => heard.push(message));
  return {
    first,
    second,
    /** Waits until an instance has told the other of so many. */
    told: (what: 'held' | 'spent', count: number) =>
      until(() =>
        heard.some((text) => text.includes(`\\"${what}\\"`) && text.includes(`,${count}]`)),
      ),
    async [Symbol.asyncDispose]() {
      listener.destroy();
      await second[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
    },
  };
}

describeWithRedis('two instances with one Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('let a player hold no more requests together than one alone does', async () => {
    await using two = await startTwo();
    const host = await GameClient.guest(two.first.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const elsewhere = Object.assign(new GameClient(two.second.proxyUrl), { token: host.token });
    const etag = (await elsewhere.get(session)).headers.get('etag') ?? '';
    const held = { prefer: 'wait=20', 'if-none-match': etag };
    const waiting = [host.get(session, held), host.get(session, held)];
    await two.told('held', 2);
    // The other instance hears of them at about the same time as this test does.
    await until(async () => {
      const refused = await elsewhere.get(session, { ...held, prefer: 'wait=1' });
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    });
    // What is not held is answered.
    expect((await elsewhere.get(session)).status).toBe(200);
    const joiner = await GameClient.guest(two.second.proxyUrl);
    await joiner.join({ join_code: session.join_code ?? '' });
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    await two.told('held', 0);
    const now = (await elsewhere.get(session)).headers.get('etag') ?? '';
    const again = elsewhere.get(session, { prefer: 'wait=1', 'if-none-match': now });
    expect((await again).status).not.toBe(429);
  });

  it('let a seat open no more wires together than one alone does', async () => {
    await using two = await startTwo();
    const { session, ticket } = await hostByGateway(two.first.proxyUrl);
    expect(session.session_id).toBeTruthy();
    const open = async (proxyUrl: string) => {
      const page = new PageClient(`${proxyUrl.replace('http', 'ws')}/v1/channel`, { ticket });
      await until(() => page.messages.length > 0 || page.closed !== undefined);
      const { closed } = page;
      page.cut();
      return closed?.code;
    };
    const codes: (number | undefined)[] = [];
    for (let count = 0; count < 10; count += 1) codes.push(await open(two.first.proxyUrl));
    expect(codes.slice(0, 6)).toEqual(Array(6).fill(undefined));
    await two.told('spent', 10);
    expect(await open(two.second.proxyUrl)).toBe(4429);
  });
});
