import { expect, it } from 'vitest';
import { Reservations } from '../../../src/proxy/limits/reservations.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { wrapStore } from '../../support/wrap-store.js';

const full = () => new Error('full');

function start(limit: number) {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const reservations = new Reservations(store);
  let seats = 0;
  const places = { name: 'a', limit, taken: async () => seats };
  return {
    clock,
    store,
    places,
    hold: (work: () => Promise<unknown>) => reservations.during(places, full, work),
    seat: async () => {
      seats += 1;
    },
    isEmpty: async () => (await store.sizeOfSet('reserved:a')) === 0,
  };
}

it('as many as there are places get one, in the order in which they came', async () => {
  const { hold, isEmpty, seat } = start(4);
  const order: number[] = [];
  let finish = () => {};
  const end = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let refused = 0;
  const asked = Array.from({ length: 10 }, (_, index) =>
    hold(async () => {
      order.push(index);
      await end;
      await seat();
    }).catch(() => {
      refused += 1;
    }),
  );
  await expect.poll(() => refused).toBe(6);
  finish();
  await Promise.all(asked);
  expect(order).toEqual([0, 1, 2, 3]);
  expect(await isEmpty()).toBe(true);
  await expect(hold(async () => 'one more')).rejects.toThrow('full');
});

it('the last place goes to one of the instances that ask for it at the same moment', async () => {
  const clock = new FakeClock();
  const gate = new Gate();
  const COUNT = 3;
  let come = 0;
  const store = wrapStore(new MemoryStore(clock), async (operation, call) => {
    if (operation === 'sizeOfSet' || operation === 'membersOfSet') await gate.pass();
    const result = await call();
    if (operation === 'addToSet') come += 1;
    if (come === COUNT) gate.open();
    return result;
  });
  let taken = 0;
  const places = { name: 'a', limit: 1, taken: async () => taken };
  const asked = await Promise.allSettled(
    Array.from({ length: COUNT }, () =>
      new Reservations(store).during(places, full, async () => {
        taken += 1;
      }),
    ),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(taken).toBe(1);
});

it('a place is free again when the work fails, and when the process died in the middle of it', async () => {
  const { clock, hold, isEmpty, places, store } = start(1);
  await expect(hold(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await isEmpty()).toBe(true);
  const dead = new Reservations(store);
  void dead.during(places, full, () => new Promise(() => {}));
  await expect.poll(isEmpty).toBe(false);
  await expect(hold(async () => 'done')).rejects.toThrow('full');
  clock.advance(5 * 60_000);
  expect(await hold(async () => 'done')).toBe('done');
  expect(await isEmpty()).toBe(true);
});

it('a store that fails leaves no place reserved', async () => {
  const { hold, isEmpty, places } = start(1);
  const { taken } = places;
  places.taken = () => Promise.reject(new Error('no store'));
  await expect(hold(async () => 'done')).rejects.toThrow('no store');
  expect(await isEmpty()).toBe(true);
  places.taken = taken;
  expect(await hold(async () => 'done')).toBe('done');
});
