import { expect, it } from 'vitest';
import { Reservations } from '../../../src/proxy/limits/reservations.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';

function start(limit: number) {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const reservations = new Reservations(store);
  let reserved = 0;
  let seats = 0;
  const places = () => {
    reserved += 1;
    const refusal = () => new Error('full');
    return { name: 'a', limit, taken: 'seats', reservation: `r${reserved}`, refusal };
  };
  return {
    clock,
    store,
    places,
    hold: (work: () => Promise<unknown>) => reservations.during([places()], work),
    async seat() {
      seats += 1;
      await store.addToSet('seats', `s${seats}`, seats);
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
  const { places, seat, store } = start(1);
  const asked = await Promise.allSettled(
    Array.from({ length: 3 }, () => new Reservations(store).during([places()], seat)),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await store.sizeOfSet('seats')).toBe(1);
});

it('places of two kinds are reserved both or not at all, and the refusal is that of the full one', async () => {
  const { isEmpty, places, seat, store } = start(1);
  const other = { ...places(), name: 'b', refusal: () => new Error('the other is full') };
  await store.addToSet('others', 'm', 1);
  const full = { ...other, taken: 'others' };
  const reservations = new Reservations(store);
  await expect(reservations.during([places(), full], seat)).rejects.toThrow('the other is full');
  expect(await isEmpty()).toBe(true);
  await reservations.during([places(), other], async () => {
    expect([await isEmpty(), await store.sizeOfSet('reserved:b')]).toEqual([false, 1]);
  });
  expect([await isEmpty(), await store.sizeOfSet('reserved:b')]).toEqual([true, 0]);
});

it('a place is given back by the work itself, where it says so, and by nobody else then', async () => {
  const { places, store } = start(1);
  const reservations = new Reservations(store);
  await reservations.during([places()], async (release) => {
    await store.batch(release.steps);
    release.markDone();
    await reservations.during([places()], async (next) => next.markDone());
  });
  expect(await store.membersOfSet('reserved:a')).toEqual(['r2']);
});

it('a place is free again when the work fails, and when the process died in the middle of it', async () => {
  const { clock, hold, isEmpty, places, store } = start(1);
  await expect(hold(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await isEmpty()).toBe(true);
  const dead = new Reservations(store);
  void dead.during([places()], () => new Promise(() => {}));
  await expect.poll(isEmpty).toBe(false);
  await expect(hold(async () => 'done')).rejects.toThrow('full');
  clock.advance(5 * 60_000);
  expect(await hold(async () => 'done')).toBe('done');
  expect(await isEmpty()).toBe(true);
});

it('nothing is left of a reservation whose process died, even if nobody asks for its place again', async () => {
  const { clock, places, store } = start(1);
  void new Reservations(store).during([places()], () => new Promise(() => {}));
  await expect.poll(() => store.sizeOfSet('reserved:a')).toBe(1);
  clock.advance(5 * 60_000);
  expect(await store.sizeOfSet('reserved:a')).toBe(0);
});
