import { expect, it } from 'vitest';
import { HeldCounts } from '../../../src/proxy/limits/held-counts.js';
import { LimitChannel } from '../../../src/proxy/store/limit-news.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { wrapStore } from '../../support/wrap-store.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Instances that share a store, and hold something of which there may be four under one name. */
function start(instances: number, limit = 4) {
  const clock = new FakeClock();
  const memory = new MemoryStore(clock);
  const told: string[] = [];
  const allowance = { name: 'ada', limit };
  const all = Array.from({ length: instances }, () => {
    const state = { isAway: false };
    const store = wrapStore(memory, async (operation, call, [, message]) => {
      if (state.isAway) throw new Error('The store is away.');
      if (operation === 'publish') told.push(String(message));
      return call();
    });
    const counts = new HeldCounts(new LimitChannel(store), clock);
    const held: (() => void)[] = [];
    return {
      state,
      close: () => counts.close(),
      /** Takes up to so many, and says how many there was room for. */
      take(count: number) {
        const before = held.length;
        while (held.length < before + count && counts.hasRoom(allowance)) {
          held.push(counts.hold(allowance));
        }
        return held.length - before;
      },
      give(count: number) {
        for (const giveBack of held.splice(0, count)) giveBack();
      },
    };
  });
  const [first, second, third] = all;
  if (!first || !second) throw new Error('There must be two.');
  return {
    clock,
    first,
    second,
    third: third ?? second,
    told,
    async pass(milliseconds: number) {
      clock.advance(milliseconds);
      await settle();
    },
  };
}

it('what is held at one instance leaves less room at the others, a second later', async () => {
  const { first, pass, second, third } = start(3);
  expect(first.take(9)).toBe(4);
  await pass(1_000);
  expect([second.take(1), third.take(1)]).toEqual([0, 0]);
});

it('in all there are no more than one too many for each other instance', async () => {
  const { first, pass, second, third } = start(3);
  let total = 0;
  for (let round = 0; round < 4; round += 1) {
    for (const instance of [first, second, third]) {
      total += instance.take(1);
      await pass(1_000);
    }
  }
  expect(total).toBeGreaterThanOrEqual(4);
  expect(total).toBeLessThanOrEqual(4 + 2);
});

it('what is given back is free at the others at once, and taken again it is counted again', async () => {
  const { first, pass, second } = start(2);
  first.take(4);
  await pass(1_000);
  first.give(2);
  await pass(0);
  expect(second.take(4)).toBe(2);
  first.give(2);
  await pass(0);
  expect(second.take(4)).toBe(2);
  await pass(1_000);
  expect(first.take(1)).toBe(0);
});

it('given back and taken again at the same moment, it is held by whoever has it', async () => {
  const { first, pass, second } = start(2);
  first.take(4);
  await pass(1_000);
  first.give(4);
  expect(first.take(2)).toBe(2);
  await pass(0);
  expect(second.take(4)).toBe(2);
  await pass(5_000);
  first.give(2);
  await pass(0);
  expect(second.take(4)).toBe(2);
});

it('one alone is told to nobody, and leaves nothing behind', async () => {
  const { clock, first, pass, told } = start(2);
  expect(first.take(1)).toBe(1);
  await pass(20_000);
  first.give(1);
  await pass(20_000);
  expect([told, clock.pending]).toEqual([[], 0]);
});

it('what a dead instance held is forgotten, and what a living one holds is not', async () => {
  const { first, pass, second } = start(2);
  first.take(4);
  await pass(1_000);
  for (let passed = 0; passed < 60; passed += 1) await pass(1_000);
  expect(second.take(1)).toBe(0);
  first.state.isAway = true;
  for (let passed = 0; passed < 12; passed += 1) await pass(1_000);
  expect(second.take(4)).toBe(4);
});

it('what an instance that stops held is free at once', async () => {
  const { clock, first, pass, second } = start(2);
  first.take(4);
  await pass(1_000);
  expect(second.take(1)).toBe(0);
  first.close();
  await pass(0);
  expect([second.take(4), clock.pending]).toEqual([4, 1]);
});

it('while the store is away each instance counts by itself, and tells the others afterwards', async () => {
  const { first, pass, second } = start(2);
  first.state.isAway = true;
  expect([first.take(9), second.take(1)]).toEqual([4, 1]);
  await pass(1_000);
  second.give(1);
  first.state.isAway = false;
  await pass(5_000);
  expect(second.take(1)).toBe(0);
});
