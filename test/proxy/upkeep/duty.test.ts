import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SweepChannel } from '../../../src/proxy/store/sweep-news.js';
import { AccountList } from '../../../src/proxy/upkeep/account-list.js';
import { AccountSweep } from '../../../src/proxy/upkeep/account-sweep.js';
import type { Adoption } from '../../../src/proxy/upkeep/adoption.js';
import type { Chores } from '../../../src/proxy/upkeep/chores.js';
import { Duty } from '../../../src/proxy/upkeep/duty.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { Reaper } from '../../../src/proxy/upkeep/reaper.js';
import { Sweeps } from '../../../src/proxy/upkeep/sweeps.js';
import { WantedCreates } from '../../../src/proxy/upkeep/wanted-creates.js';
import { SweepPace } from '../../../src/proxy/watch/sweep-pace.js';
import { FakeClock } from '../../support/fake-clock.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
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
    if (operation === 'claimDue' && key === 'leases') counts.looks += 1;
    return call();
  });
  const adoption = {
    isComplete: false,
    noteDoneElsewhere() {
      adoption.isComplete = true;
    },
    beginRound: async () => ({
      take() {},
      async finish() {
        counts.sweeps += 1;
        adoption.isComplete = true;
      },
    }),
  };
  const duty = new Duty(store, clock);
  const leases = new Leases(store, clock, 120_000);
  const pace = new SweepPace(20, clock);
  const api = { listEntryPage: async () => NO_SESSIONS } as unknown as RelayApi;
  const wanted = new WantedCreates(clock);
  const shared = {
    adoption: adoption as unknown as Adoption,
    channel: new SweepChannel(store),
    clock,
    duty,
    pace,
    wanted,
  };
  const list = new AccountList({ api, urgentApi: api, pace });
  const sweeps = new Sweeps({
    ...shared,
    accountSweep: new AccountSweep({ ...shared, list }),
    lease: leases.duration,
    polls: { needSweeps: false, onNeed() {} },
    onFailure: () => {},
  });
  const reaper = new Reaper({
    chores: { doDue: async () => {} } as unknown as Chores,
    duty,
    sweeps,
    leases,
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
  // Once more for the other, which had started and waited for it.
  expect(first.counts.sweeps).toBe(4);
  expect(second.counts).toEqual({ looks: 0, sweeps: 0 });
  first.kill();
  await pass(clock, 15);
  expect(second.counts.looks).toBeGreaterThan(0);
  expect(second.counts.sweeps).toBe(1);
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

it('is everybody’s own where the store is, and one’s alone where two share one in memory', async () => {
  const clock = new FakeClock();
  const [store, other] = [new MemoryStore(clock), new MemoryStore(clock)];
  const duties = [store, other, other].map((each) => new Duty(each, clock));
  expect(await Promise.all(duties.map((duty) => duty.isMine()))).toEqual([true, true, false]);
  await duties[1]?.leave();
  expect(await Promise.all(duties.map((duty) => duty.isMine()))).toEqual([true, false, true]);
});

it('is sure only as long as the store gives it to nobody else', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const [stuck, other] = [new Duty(store, clock), new Duty(store, clock)];
  expect([await stuck.isMine(), stuck.isHeld]).toEqual([true, true]);
  clock.advance(9_999);
  expect([stuck.isHeld, await other.isMine()]).toEqual([true, false]);
  // A process that did nothing meanwhile must not go on with what it was at.
  clock.advance(1);
  expect([stuck.isHeld, await other.isMine()]).toEqual([false, true]);
  expect([await stuck.isMine(), stuck.isHeld]).toEqual([false, false]);
});

it('is left to the others for five seconds by an instance that hands over', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const [unable, other] = [new Duty(store, clock), new Duty(store, clock)];
  await unable.isMine();
  await unable.handOver();
  clock.advance(4_999);
  expect([unable.isHeld, await unable.isMine()]).toEqual([false, false]);
  clock.advance(1);
  expect(await unable.isMine()).toBe(true);
  await unable.handOver();
  expect([await other.isMine(), await unable.isMine()]).toEqual([true, false]);
  clock.advance(5_000);
  expect(await unable.isMine()).toBe(false);
  await other.leave();
  await other.handOver();
  clock.advance(5_000);
  expect([await other.isMine(), await unable.isMine()]).toEqual([false, true]);
});
