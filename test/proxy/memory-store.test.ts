import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/proxy/memory-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { testStoreConformance } from './store-conformance.js';

testStoreConformance('MemoryStore', async () => {
  const clock = new ManualClock();
  return { store: new MemoryStore(clock), pass: async (milliseconds) => clock.pass(milliseconds) };
});

describe('MemoryStore', () => {
  it('forgets what has expired, with one timer for all', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    for (let index = 0; index < 1_000; index += 1) await store.set(`k${index}`, 'v', 1_000);
    await store.set('lasting', 'v', 10 * 60_000);
    expect(clock.timers).toBe(1);
    clock.pass(60_000);
    expect(store.size).toBe(1);
    clock.pass(20 * 60_000);
    expect([store.size, clock.timers]).toEqual([0, 0]);
    await store.set('again', 'v', 1_000);
    await store.close();
    expect(clock.timers).toBe(0);
  });
});
