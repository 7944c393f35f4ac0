import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import type { Store } from '../../../src/proxy/store/store.js';
import { Chores } from '../../../src/proxy/upkeep/chores.js';
import { LapsedLeases } from '../../../src/proxy/upkeep/lapsed-leases.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { type Operation, wrapStore } from '../../support/wrap-store.js';

const SESSION = 'a-S';
const DELETE = { what: 'delete', sessionId: SESSION } as const;

/** A host and a player whose leases have run out, and the upkeep of as many processes as a test wants. */
async function setUp() {
  const clock = new FakeClock();
  const memory = new MemoryStore(clock);
  const records = new SessionRecords(memory);
  const kept = new Leases(memory, clock, 120_000);
  const asked: string[] = [];
  const api = {
    deleteSession: async (sessionId: string) => void asked.push(`delete ${sessionId}`),
    revokeUser: async () => void asked.push('revoke'),
  } as unknown as RelayApi;
  await records.save({ sessionId: SESSION, nonce: 'n', hostId: 'anna', joinCode: 'CODE' });
  for (const [playerId, role] of [
    ['anna', 'server'],
    ['ben', 'client'],
  ] as const) {
    const seat = { playerId, sessionId: SESSION, role, ip: '', authorizationToken: 7 };
    await records.takeSeat(seat, clock.now());
    await kept.renew({ sessionId: SESSION, holder: playerId });
  }
  clock.advance(120_000);
  return {
    asked,
    clock,
    kept,
    memory,
    records,
    process(store: Store = memory) {
      const chores = new Chores(api, store, clock);
      const leases = new Leases(store, clock, 120_000);
      const tools = { chores, leases, records: new SessionRecords(store), metrics: undefined };
      return {
        chores,
        leases,
        lapsed: new LapsedLeases({ ...tools, note: () => {}, onFailure: () => {} }),
      };
    },
    /** A store that does what is asked of it up to a step with such a key, and answers nothing any more. */
    diesAt(operation: Operation, prefix: string) {
      let isDead = false;
      return wrapStore(memory, async (asked, call, [key]) => {
        if (isDead) throw new Error('The process was killed.');
        const answer = await call();
        isDead ||= asked === operation && String(key).startsWith(prefix);
        if (isDead) throw new Error('The process was killed.');
        return answer;
      });
    },
  };
}

const settle = async () => {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

it.each([
  ['claimDue', 'leases'],
  ['get', 'seat:'],
  ['set', 'ended:'],
  ['delete', 'session:'],
] as const)(
  'of a process that dies with leases that ran out goes to another a minute later: after %s %s',
  async (operation, prefix) => {
    const { asked, clock, diesAt, memory, process, records } = await setUp();
    await process(diesAt(operation, prefix))
      .lapsed.seeTo(20)
      .catch(() => {});
    await settle();
    expect(asked).toEqual([]);
    const other = process();
    await other.lapsed.seeTo(20);
    await settle();
    // The first may be at it still.
    expect(asked).toEqual([]);
    clock.advance(60_000);
    await other.lapsed.seeTo(20);
    await other.chores.doDue(20);
    await settle();
    // Ben's seat may go before the session does.
    expect(asked.filter((call) => call !== 'revoke')).toEqual([`delete ${SESSION}`]);
    expect(await records.hasEnded(SESSION)).toBe(true);
    for (const set of ['leases', 'chores', `seats:${SESSION}`, 'sessions-of:ben']) {
      expect([set, await memory.membersOfSet(set)]).toEqual([set, []]);
    }
    expect(await records.seat(SESSION, 'ben')).toBeUndefined();
    expect(await records.sessionOfJoinCode('CODE')).toBeUndefined();
  },
);

it('on a lease that ran out is void once the player is back', async () => {
  const { clock, kept, process } = await setUp();
  const { leases } = process();
  const claimed = await leases.claimLapsed(20);
  expect(claimed.map(({ holder }) => holder)).toEqual(['anna', 'ben']);
  clock.advance(10_000);
  const ben = { sessionId: SESSION, holder: 'ben' };
  await kept.renew(ben);
  for (const lease of claimed) await leases.settle(lease);
  expect(await kept.count()).toBe(1);
  const expiry = await kept.expiry(ben);
  for (const lease of claimed) await leases.giveBack(lease);
  expect([await kept.count(), await kept.expiry(ben)]).toEqual([1, expiry]);
});

it('on a chore is another’s a minute after a process died, and nobody’s meanwhile', async () => {
  const { asked, clock, diesAt, process } = await setUp();
  const one = process(diesAt('claimDue', 'chores'));
  const other = process();
  await other.chores.note(DELETE);
  clock.advance(2_000);
  await one.chores.doDue(20).catch(() => {});
  for (let passed = 0; passed < 58_000; passed += 2_000) {
    clock.advance(2_000);
    await other.chores.doDue(20);
  }
  expect(asked).toEqual([]);
  clock.advance(2_000);
  await other.chores.doDue(20);
  expect(asked).toEqual([`delete ${SESSION}`]);
  expect(await other.chores.planned()).toEqual([]);
});

it('on a chore is void where somebody takes the chore back before it is tried', async () => {
  const { asked, clock, memory, process } = await setUp();
  const gate = new Gate();
  const slow = wrapStore(memory, async (operation, call, [key]) => {
    const answer = await call();
    if (operation === 'claimDue' && key === 'chores') await gate.pass();
    return answer;
  });
  const other = process();
  await other.chores.note(DELETE);
  clock.advance(2_000);
  const doing = process(slow).chores.doDue(20);
  await gate.arrived;
  expect(await other.chores.takeBack(DELETE)).toBe(true);
  gate.open();
  await doing;
  expect([asked, await other.chores.planned()]).toEqual([[], []]);
});
