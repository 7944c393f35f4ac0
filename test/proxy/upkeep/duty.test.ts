import { expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import type { Adoption } from '../../../src/proxy/upkeep/adoption.js';
import type { Chores } from '../../../src/proxy/upkeep/chores.js';
import { Duty } from '../../../src/proxy/upkeep/duty.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { Reaper } from '../../../src/proxy/upkeep/reaper.js';
import { FakeClock } from '../../support/fake-clock.js';
import { wrapStore } from '../../support/wrap-store.js';

const settle = async () => {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** One instance's upkeep, over a store that others share. */
function startInstance(memory: MemoryStore, clock: FakeClock) {
  const counts = { looks: 0, sweeps: 0 };
  let isDead = false;
  const store = wrapStore(memory, async (operation, call, [key]) => {
    if (isDead) throw new Error('The process was killed.');
    if (operation === 'takeFromSet' && key === 'leases') counts.looks += 1;
    return call();
  });
  const adoption = {
    isComplete: false,
    async sweep() {
      counts.sweeps += 1;
      this.isComplete = true;
    },
  };
  const reaper = new Reaper({
    adoption: adoption as unknown as Adoption,
    chores: { doDue: async () => {} } as unknown as Chores,
    duty: new Duty(store),
    leases: new Leases(store, clock, 120_000),
    records: new SessionRecords(store),
    metrics: undefined,
    note: () => {},
    clock,
    onFailure: () => {},
  });
  reaper.start();
  return {
    counts,
    reaper,
    kill: () => {
      isDead = true;
    },
  };
}

/** Lets so many seconds pass, one by one. */
async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    clock.advance(1_000);
    await settle();
  }
}

it('is one instance’s, and within 15 s of its death another’s', async () => {
  const clock = new FakeClock();
  const memory = new MemoryStore(clock);
  const first = startInstance(memory, clock);
  await settle();
  const second = startInstance(memory, clock);
  await pass(clock, 130);
  expect(first.counts.looks).toBeGreaterThan(60);
  expect(first.counts.sweeps).toBe(3);
  // Only at its start.
  expect(second.counts).toEqual({ looks: 0, sweeps: 1 });
  first.kill();
  await pass(clock, 15);
  expect(second.counts.looks).toBeGreaterThan(0);
  await pass(clock, 60);
  expect(second.counts.sweeps).toBe(2);
});

it('is handed over at once by an instance that stops', async () => {
  const clock = new FakeClock();
  const memory = new MemoryStore(clock);
  const first = startInstance(memory, clock);
  await settle();
  const second = startInstance(memory, clock);
  await settle();
  first.reaper.close();
  await settle();
  await pass(clock, 2);
  expect(second.counts.looks).toBe(1);
});

it('is everybody’s own where the store is', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  expect([await new Duty(store).isMine(), await new Duty(store).isMine()]).toEqual([true, true]);
  expect(store.size).toBe(0);
});
