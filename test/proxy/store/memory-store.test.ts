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
});
