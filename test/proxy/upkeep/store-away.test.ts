import { expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { Leases } from '../../../src/proxy/upkeep/leases.js';
import { FakeClock } from '../../support/fake-clock.js';
import { wrapStore } from '../../support/wrap-store.js';

const LEASE = 120_000;
const hosts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sessionId: `s${index}`, holder: 'host' }));

/** Leases in a store that can be away. */
function setUp() {
  const clock = new FakeClock();
  const state = { isAway: false, cannotAdd: false };
  const store = wrapStore(new MemoryStore(clock), async (operation, call) => {
    if (state.isAway || (state.cannotAdd && operation === 'addToSet')) {
      throw new Error('The store does not answer.');
    }
    return call();
  });
  const leases = new Leases(store, clock, LEASE);
  /** Looks every two seconds, as the reaper does; what it got each time. */
  const look = async (seconds: number): Promise<number[]> => {
    const taken: number[] = [];
    for (let passed = 0; passed < seconds; passed += 2) {
      clock.advance(2_000);
      taken.push(
        await leases.claimLapsed(20).then(
          ({ length }) => length,
          () => -1,
        ),
      );
    }
    return taken;
  };
  return { leases, look, state };
}

it('that ran out while the store was away counts anew: nobody could renew it', async () => {
  const { leases, look, state } = setUp();
  await Promise.all(hosts(45).map((lease) => leases.renew(lease)));
  expect(await look(60)).not.toContain(-1);
  state.isAway = true;
  expect(new Set(await look(90))).toEqual(new Set([-1]));
  state.isAway = false;
  // More than are looked at in one go: none of them is taken.
  expect(new Set(await look(100))).toEqual(new Set([0]));
  expect(await leases.count()).toBe(45);
  // Who stays away then loses it all the same.
  const taken = await look(30);
  expect(taken.reduce((sum, count) => sum + count)).toBe(45);
});

it('is taken in its time where the store is away for a moment only, again and again', async () => {
  const { leases, look, state } = setUp();
  await Promise.all(hosts(45).map((lease) => leases.renew(lease)));
  let taken = 0;
  for (let round = 0; round < 3; round += 1) {
    state.isAway = true;
    await look(50);
    state.isAway = false;
    for (const count of await look(2)) taken += count;
  }
  expect(taken).toBe(20);
  for (const count of await look(4)) taken += count;
  expect(taken).toBe(45);
});

it('is not lost where the store goes away again before it counts anew', async () => {
  const { leases, look, state } = setUp();
  await Promise.all(hosts(45).map((lease) => leases.renew(lease)));
  await look(60);
  state.isAway = true;
  await look(90);
  state.isAway = false;
  state.cannotAdd = true;
  expect(await look(6)).toEqual([-1, -1, -1]);
  state.cannotAdd = false;
  expect(new Set(await look(100))).toEqual(new Set([0]));
  expect(await leases.count()).toBe(45);
});

it('that cannot be given back is not lost: a minute later it is seen to again', async () => {
  const { leases, look, state } = setUp();
  const [lease] = hosts(1);
  if (!lease) throw new Error('No host.');
  await leases.renew(lease, 0);
  const [lapsed] = await leases.claimLapsed(20);
  if (!lapsed) throw new Error('No lease ran out.');
  expect(lapsed).toMatchObject(lease);
  state.isAway = true;
  await expect(leases.giveBack(lapsed)).rejects.toThrow('does not answer');
  state.isAway = false;
  expect(new Set(await look(58))).toEqual(new Set([0]));
  expect(await leases.count()).toBe(1);
  expect(await look(2)).toEqual([1]);
});
