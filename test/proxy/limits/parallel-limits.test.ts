import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const refused = { status: 429, body: { code: 'rate-limited' } };
const SECRETS = ['a secret that two instances share 12'];

/** Two instances with one store and one upstream, and the same player at both. */
async function startTwo(limits: object) {
  const shared = new MemoryStore(systemClock);
  const store = wrapStore(shared);
  const stack = await startStack({ linkDelay: 10 }, { secrets: SECRETS, store, limits });
  const second = await startStack({}, { secrets: SECRETS, store, limits, edgegap: stack.edgegap });
  return {
    simulator: stack.simulator,
    urls: [stack.proxyUrl, second.proxyUrl],
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
      await shared.close();
    },
  };
}

const at = (url: string, { token, playerId }: GameClient) => {
  const client = new GameClient(url);
  return Object.assign(client, { token, playerId });
};

const count = (answers: { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

it('many creates at once make no more sessions than a player may be in, and those that fail leave room', async () => {
  const limits = { sessionsPerPlayer: 4, createsPerPlayer: 100 };
  await using stack = await startStack({ linkDelay: 10 }, { limits });
  const host = await GameClient.guest(stack.proxyUrl);
  const operation = 'relay-session-create';
  stack.simulator.faults.add({ kind: 'rate-limited', retryAfter: 0, operation, times: 8 });
  for (let index = 0; index < 8; index += 1) expect((await host.create()).status).toBe(503);
  const answers = await Promise.all(Array.from({ length: 10 }, () => host.create()));
  expect([count(answers, 200), count(answers, 429)]).toEqual([4, 6]);
  for (const answer of answers.filter(({ status }) => status === 429)) {
    expect(answer).toMatchObject(refused);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(stack.simulator.stats().sessions.created).toBe(4);
  await host.delete(answers.find(({ status }) => status === 200)?.body);
  expect((await host.create()).status).toBe(200);
  expect(await host.create()).toMatchObject(refused);
});

it('many creates at once at two instances make no more either', async () => {
  await using two = await startTwo({ sessionsPerPlayer: 4, createsPerPlayer: 1_000 });
  const host = await GameClient.guest(two.urls[0] ?? '');
  const hosts = two.urls.map((url) => at(url, host));
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => (hosts[index % 2] as GameClient).create()),
  );
  expect(count(answers, 200)).toBeLessThanOrEqual(4);
  expect(count(answers, 200) + count(answers, 429)).toBe(12);
  expect(two.simulator.stats().sessions.created).toBe(count(answers, 200));
  // Nothing is reserved for those that were refused: what is left can still be had.
  for (let made = count(answers, 200); made < 4; made += 1) {
    expect((await hosts[made % 2]?.create())?.status).toBe(200);
  }
  expect(await hosts[0]?.create()).toMatchObject(refused);
});

it('many joins at once give no more seats than a session has, nor a player more than they may have', async () => {
  await using two = await startTwo({ usersPerSession: 5, sessionsPerPlayer: 2 });
  const [first = '', second = ''] = two.urls;
  const [hosts, players] = await Promise.all(
    [3, 12].map((amount) =>
      Promise.all(Array.from({ length: amount }, () => GameClient.guest(first))),
    ),
  );
  const sessions = await Promise.all((hosts ?? []).map(async (host) => (await host.create()).body));
  const [{ session_id }] = sessions;
  const joins = await Promise.all(
    (players ?? []).map((player, index) =>
      at(index % 2 ? first : second, player).join({ session_id }),
    ),
  );
  expect(count(joins, 200)).toBeLessThanOrEqual(4);
  expect(count(joins, 200) + count(joins, 429)).toBe(12);
  let seats = count(joins, 200);
  for (const player of players?.filter((_, index) => joins[index]?.status === 429) ?? []) {
    seats += (await player.join({ session_id })).status === 200 ? 1 : 0;
  }
  expect(seats).toBe(4);

  const keen = await GameClient.guest(first);
  const operation = 'relay-user-authorize';
  two.simulator.faults.add({ kind: 'rate-limited', retryAfter: 0, operation, times: 2 });
  for (const { session_id } of sessions.slice(1)) {
    expect((await keen.join({ session_id })).status).toBe(503);
  }
  const own = await Promise.all([
    keen.create(),
    ...sessions.slice(1).map(({ session_id }) => keen.join({ session_id })),
  ]);
  expect([count(own, 200), count(own, 429)]).toEqual([2, 1]);
});

it('many guesses at once are no more than one after the other, and right ones count for nothing', async () => {
  await using two = await startTwo({ joinMissesPerIp: 5, usersPerSession: 100 });
  const [first = '', second = ''] = two.urls;
  const host = await GameClient.guest(first);
  const { join_code } = (await host.create()).body;
  const players = await Promise.all(Array.from({ length: 20 }, () => GameClient.guest(first)));
  const right = await Promise.all(players.map((player) => player.join({ join_code })));
  expect(count(right, 200)).toBe(20);
  const wrong = await Promise.all(
    players.flatMap((player) =>
      [first, second].map((url) => at(url, player).join({ join_code: '66666666' })),
    ),
  );
  expect([count(wrong, 404), count(wrong, 429)]).toEqual([5, 35]);
  const late = await GameClient.guest(second);
  expect(await late.join({ join_code })).toMatchObject(refused);
});
