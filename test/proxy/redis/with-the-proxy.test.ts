import { createClient } from 'redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { breakableLine } from '../../support/breakable-line.js';
import { type Answer, GameClient } from '../../support/game-client.js';
import { describeWithRedis, type RedisServer, startRedis } from '../../support/redis-server.js';
import { startStack } from '../../support/stack.js';

const SECRETS = ['a secret that two instances share 12'];

let redis: RedisServer;
let prefixes = 0;

/** Two instances with one Redis and one service. */
async function startTwo() {
  prefixes += 1;
  const line = await breakableLine(redis.port);
  const connect = (port: number) =>
    RedisStore.connect({ url: `redis://127.0.0.1:${port}`, prefix: `two-${prefixes}:` });
  const common = { secrets: SECRETS };
  const first = await startStack(
    { linkDelay: 10 },
    { ...common, store: await connect(redis.port) },
  );
  const options = { ...common, edgegap: first.edgegap, store: await connect(line.port) };
  const second = await startStack({}, options);
  return {
    first: first.proxyUrl,
    second: second.proxyUrl,
    simulator: first.simulator,
    edgegap: first.edgegap,
    /** Between the second instance and Redis. */
    line,
    async [Symbol.asyncDispose]() {
      await second[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await line[Symbol.asyncDispose]();
    },
  };
}

/** What is published from now on by the instances that were started last. */
async function listenIn() {
  const client = createClient({ url: redis.url, maintNotifications: 'disabled' });
  await client.connect();
  const heard: string[] = [];
  await client.pSubscribe(`two-${prefixes}:*`, (message) => heard.push(message));
  return { heard, [Symbol.asyncDispose]: async () => client.destroy() };
}

/** The same player at another instance. */
const at = (url: string, { token, playerId }: GameClient) =>
  Object.assign(new GameClient(url), { token, playerId });

/** A host with an open session, who waits at the second instance for news. */
async function hostWhoWaits(first: string, second: string) {
  const host = await GameClient.guest(first);
  const session = await host.linked((await host.create()).body);
  const elsewhere = at(second, host);
  const etag = (await elsewhere.get(session)).headers.get('etag') ?? '';
  return {
    host: elsewhere,
    session,
    /** What a request brings that is held for less time than goes by until the service is asked again by itself. */
    held: () => elsewhere.get(session, { prefer: 'wait=8', 'if-none-match': etag }),
  };
}

const idsIn = ({ body }: Answer) =>
  body?.players.map(({ player_id }: { player_id: string }) => player_id);

describeWithRedis('two instances with one Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('are one proxy: who comes and goes at one is seen at once at the other', async () => {
    await using two = await startTwo();
    const { held, host, session } = await hostWhoWaits(two.first, two.second);
    const joiner = await GameClient.guest(two.first);
    const waiting = held();
    const joined = await joiner.join({ join_code: session.join_code ?? '' });
    expect(joined.status).toBe(200);
    expect(idsIn(await waiting)).toEqual([host.playerId, joiner.playerId]);
    expect((await at(two.second, joiner).get(joined.body)).status).toBe(200);
    const kicked = await host.revoke(session, { player_id: joiner.playerId });
    expect(kicked.status).toBe(204);
    expect((await joiner.get(joined.body)).body).toMatchObject({ code: 'revoked' });
    expect((await host.delete(session)).status).toBe(204);
    await expect.poll(() => two.simulator.sessions()).toEqual([]);
  });

  it('and a third are all woken by a webhook that reaches one of them, by one message', async () => {
    await using two = await startTwo();
    const { held, host, session } = await hostWhoWaits(two.first, two.second);
    const store = await RedisStore.connect({ url: redis.url, prefix: `two-${prefixes}:` });
    await using three = await startStack({}, { secrets: SECRETS, edgegap: two.edgegap, store });
    const atThird = at(three.proxyUrl, host);
    const etag = (await atThird.get(session)).headers.get('etag') ?? '';
    await using news = await listenIn();
    // Nobody asks the service by themselves as soon as this.
    const known = { prefer: 'wait=8', 'if-none-match': etag };
    const waiting = [held(), atThird.get(session, known), at(two.first, host).get(session, known)];
    const { webhook_url } = two.simulator.sessions()[0] ?? {};
    two.simulator.relink(session.session_id);
    await host.send('POST', new URL(webhook_url ?? '').pathname);
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(news.heard.filter((message) => message.includes('"refresh"'))).toHaveLength(1);
  });

  it('miss nothing that was said while nobody heard it', async () => {
    await using two = await startTwo();
    const { held, host, session } = await hostWhoWaits(two.first, two.second);
    const joiner = await GameClient.guest(two.first);
    const waiting = held();
    two.line.cut();
    const joined = await joiner.join({ session_id: session.session_id });
    expect(joined.status).toBe(200);
    two.line.mend();
    expect(idsIn(await waiting)).toEqual([host.playerId, joiner.playerId]);
  });

  it('tell who waits that the session has ended, though nobody heard it', async () => {
    await using two = await startTwo();
    const { held, host, session } = await hostWhoWaits(two.first, two.second);
    const waiting = held();
    two.line.cut();
    expect((await at(two.first, host).delete(session)).status).toBe(204);
    two.line.mend();
    expect((await waiting).status).toBe(404);
  });
});
