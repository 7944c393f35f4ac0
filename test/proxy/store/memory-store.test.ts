import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { testStoreConformance } from '../../support/store-conformance.js';

testStoreConformance('MemoryStore', async () => {
  const clock = new FakeClock();
  return {
    store: new MemoryStore(clock),
    pass: async (milliseconds) => clock.advance(milliseconds),
  };
});

describe('MemoryStore', () => {
  it('forgets what has expired, with one timer for all', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    for (let index = 0; index < 1_000; index += 1) await store.set(`k${index}`, 'v', 1_000);
    await store.set('lasting', 'v', 10 * 60_000);
    expect(clock.pending).toBe(1);
    clock.advance(60_000);
    expect(store.size).toBe(1);
    clock.advance(20 * 60_000);
    expect([store.size, clock.pending]).toEqual([0, 0]);
    await store.set('again', 'v', 1_000);
    await store.close();
    expect(clock.pending).toBe(0);
  });

  it('forgets many in slices, so that nothing else waits for long', async () => {
    const clock = new FakeClock();
    const forgotten: number[] = [];
    const sliced: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      random: () => clock.random(),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      setTimeout: (callback, delay) =>
        clock.setTimeout(() => {
          const before = store.size;
          callback();
          forgotten.push(before - store.size);
        }, delay),
    };
    const store = new MemoryStore(sliced);
    for (let index = 0; index < 5_500; index += 1) await store.set(`k${index}`, 'v', 1_000);
    clock.advance(60_000);
    expect([store.size, clock.pending]).toEqual([0, 0]);
    expect(Math.max(...forgotten)).toBe(1_000);
  });

  it('takes the lowest of a set, in whichever order they came and moved', async () => {
    const store = new MemoryStore(new FakeClock());
    const scores = new Map<string, number>();
    let seed = 7;
    const draw = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 300; round += 1) {
      for (let count = 0; count < 5; count += 1) {
        const [member, score] = [`m${draw(40)}`, draw(100)];
        scores.set(member, score);
        await store.addToSet('set', member, score);
      }
      const gone = `m${draw(40)}`;
      scores.delete(gone);
      await store.removeFromSet('set', gone);
      const [highest, limit] = [draw(60), 1 + draw(4)];
      const due = [...scores]
        .filter(([, score]) => score <= highest)
        .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([member]) => member);
      for (const member of due) scores.delete(member);
      expect(await store.takeFromSet('set', highest, limit)).toEqual(due);
    }
  });
});
