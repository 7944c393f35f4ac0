import { expect, it } from 'vitest';
import { SharedCounts } from '../../../src/proxy/limits/shared-counts.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Instances that count something of which there may be a hundred a minute, and share a store. */
function start(instances: number, limit = 100) {
  const clock = new FakeClock();
  const asked: string[] = [];
  let isAway = false;
  const store = wrapStore(new MemoryStore(clock), async (operation, call) => {
    asked.push(operation);
    if (isAway) throw new Error('The store is away.');
    return call();
  });
  const all = Array.from({ length: instances }, () => new SharedCounts('test', store, clock));
  const allowance = { name: 'ada', limit };
  return {
    clock,
    asked,
    setAway: (away: boolean) => {
      isAway = away;
    },
    /** Counts up to so many at one instance, and tells how many there was room for. */
    count(instance: number, times: number) {
      let counted = 0;
      for (let time = 0; time < times; time += 1) {
        if (!all[instance]?.hasRoom([allowance])) break;
        all[instance]?.add(allowance);
        counted += 1;
      }
      return counted;
    },
    async pass(milliseconds: number) {
      clock.advance(milliseconds);
      await settle();
      await settle();
    },
  };
}

it('what comes up at several instances is counted at all of them', async () => {
  const { count, pass } = start(3);
  let total = 0;
  // Ten a second at each of them: each would have room for a hundred.
  for (let second = 0; second < 20; second += 1) {
    for (const instance of [0, 1, 2]) total += count(instance, 10);
    await pass(1_000);
  }
  // A twentieth and what comes within a second, at each.
  expect(total).toBeGreaterThanOrEqual(100);
  expect(total).toBeLessThanOrEqual(100 + 3 * (5 + 10));
});

it('a minute later there is as much room again', async () => {
  const { count, pass } = start(2);
  await pass(20_000);
  count(0, 60);
  await pass(1_000);
  count(1, 60);
  await pass(1_000);
  expect(count(1, 100)).toBeLessThanOrEqual(5);
  await pass(60_000);
  expect(count(0, 200)).toBe(100);
  await pass(120_000);
  expect(count(1, 200)).toBe(100);
});

it('what comes up rarely never gets to the store, and nobody waits for it', async () => {
  const { asked, clock, count, pass } = start(1);
  expect(count(0, 4)).toBe(4);
  await pass(10_000);
  expect(asked).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(count(0, 50)).toBe(50);
  expect(asked).toEqual([]);
});

it('while the store is away, each instance counts by itself, and tells the others afterwards', async () => {
  const { count, pass, setAway } = start(2);
  setAway(true);
  expect(count(0, 200)).toBe(100);
  await pass(1_000);
  expect(count(1, 5)).toBe(5);
  await pass(1_000);
  expect(count(1, 5)).toBe(5);
  setAway(false);
  await pass(1_000);
  await pass(1_000);
  expect(count(1, 100)).toBeLessThanOrEqual(5);
});

it('a player who asks two instances in turn has the requests of one', async () => {
  const clock = new FakeClock();
  const shared = {
    clock,
    store: new MemoryStore(clock),
    secrets: ['a secret that two instances share 12'],
    limits: { requestsPerPlayer: 40 },
  };
  await using first = await startStack({}, shared);
  await using second = await startStack({}, { ...shared, edgegap: first.edgegap });
  const player = await GameClient.guest(first.proxyUrl);
  const at = (url: string) => {
    const client = new GameClient(url);
    client.token = player.token;
    return client;
  };
  const answers = { 200: 0, 429: 0 };
  for (let round = 0; round < 20; round += 1) {
    for (const url of [first.proxyUrl, second.proxyUrl]) {
      for (let request = 0; request < 2; request += 1) {
        const { status } = await at(url).send('GET', '/v1/relays/sessions');
        answers[status as 200 | 429] += 1;
      }
    }
    clock.advance(1_000);
    await settle();
    await settle();
  }
  expect(answers[200]).toBeGreaterThanOrEqual(40);
  expect(answers[200]).toBeLessThanOrEqual(40 + 2 * (2 + 2));
  expect(answers[200] + answers[429]).toBe(80);
});
