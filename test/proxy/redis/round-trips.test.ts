import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RedisStore } from '../../../src/proxy/redis/redis-store.js';
import { GameClient } from '../../support/game-client.js';
import { describeWithRedis, startRedis } from '../../support/redis-server.js';
import { startStack } from '../../support/stack.js';

/** How many round trips a *create* and a join may take, whatever the number of seats. */
const MOST = 6;
/** How many it may take to leave, to kick, to join again and to end a session. */
const MOST_AT_THE_END = 8;
const SEATS = 64;
/** In milliseconds. */
const A_MOMENT = 500;

/** What the proxy asks for by itself: whose turn it is, what is due, what instances have counted, signs of life. */
const BY_ITSELF =
  /"(TIME|PING|INFO|SUBSCRIBE|PUBSUB|HELLO|SELECT|CLIENT)"|on-duty|claimDue|"(requests|calls):|s:(leases|chores)"/i;

/** Writes down what a Redis is asked for, but for what its scripts ask for themselves. */
async function listenIn(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.write('MONITOR\r\n');
  await expect.poll(() => text).toContain('+OK');
  const lines = () => text.split('\r\n').filter((line) => /^\+\d/.test(line));
  return {
    /** What was asked for while some work was done, and a moment after it. */
    async during(work: () => Promise<unknown>): Promise<string[]> {
      // What was said to others before comes back a little later, and so does what is said now.
      await sleep(A_MOMENT);
      const before = lines().length;
      await work();
      await sleep(A_MOMENT);
      const asked = lines().slice(before);
      return asked.filter((line) => !line.includes(' lua]') && !BY_ITSELF.test(line));
    },
    close: () => socket.destroy(),
  };
}

async function start() {
  const redis = await startRedis();
  const store = await RedisStore.connect({ url: redis.url });
  const stack = await startStack(
    { linkDelay: 10 },
    {
      store,
      guests: false,
      authenticate: (request) => ({ id: request.headers.get('authorization')?.slice(7) ?? '' }),
    },
  );
  const monitor = await listenIn(redis.port);
  return {
    monitor,
    player: (name: string) => Object.assign(new GameClient(stack.proxyUrl), { token: name }),
    async [Symbol.asyncDispose]() {
      monitor.close();
      await stack[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

describeWithRedis('the round trips', () => {
  it.each([
    ['with a key', { 'idempotency-key': 'the-match' }],
    ['without one', {}],
  ])(`of a create are ${MOST} at most: %s`, async (_name, headers) => {
    await using started = await start();
    const host = started.player('host');
    const asked = await started.monitor.during(async () => {
      expect((await host.create(headers as Record<string, string>)).status).toBe(200);
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.slice(MOST)).toEqual([]);
  });

  it(`of a join are ${MOST} at most, of the second player and of the last`, async () => {
    await using started = await start();
    const host = started.player('host');
    const session = await host.linked((await host.create()).body);
    const { join_code } = session;
    const join = async (name: string) => {
      const answer = await started.player(name).join({ join_code: join_code ?? '' });
      expect(answer.status).toBe(200);
    };
    const second = await started.monitor.during(() => join('second'));
    expect(second.length).toBeGreaterThan(0);
    expect(second.slice(MOST)).toEqual([]);
    for (let count = 3; count < SEATS; count += 1) await join(`player-${count}`);
    const last = await started.monitor.during(() => join('last'));
    expect(last.slice(MOST)).toEqual([]);
  });

  it.each([3, SEATS])(
    'to leave, kick, join again and end are as many, however many players there are: %i',
    async (seats) => {
      await using started = await start();
      const host = started.player('host');
      const session = await host.linked((await host.create()).body);
      const { session_id } = session;
      const join = async (name: string) => {
        const player = started.player(name);
        const { body, status } = await player.join({ session_id });
        expect(status).toBe(200);
        return { player, joined: body };
      };
      for (let count = 3; count < seats; count += 1) await join(`player-${count}`);
      const first = await join('first');
      await join('second');
      const during = async (work: () => Promise<{ status: number }>) => {
        const asked = await started.monitor.during(async () => {
          expect((await work()).status).toBeLessThan(300);
        });
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.slice(MOST_AT_THE_END)).toEqual([]);
      };
      await during(() => first.player.join({ session_id }));
      await during(() => first.player.revoke(first.joined));
      await during(() => host.revoke(session, { player_id: 'second' }));
      await during(() => host.delete(session));
    },
  );

  it('of a get are none while all that it needs is at hand', async () => {
    await using started = await start();
    const host = started.player('host');
    const session = await host.linked((await host.create()).body);
    await host.get(session);
    const asked = await started.monitor.during(async () => {
      expect((await host.get(session)).status).toBe(200);
    });
    expect(asked).toEqual([]);
  });
});
