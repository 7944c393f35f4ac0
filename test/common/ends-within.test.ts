import { expect, it } from 'vitest';
import { endsWithin } from '../../src/common/ends-within.js';
import { FakeClock } from '../support/fake-clock.js';

it('tells that work ended in time, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  expect(await endsWithin(Promise.resolve('done'), 1_000, clock)).toBe(true);
  expect(clock.waits.length).toBe(0);
});

it('tells that the time was up first, also where the work fails later', async () => {
  const clock = new FakeClock();
  let fail = (_error: Error) => {};
  const work = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const waiting = endsWithin(work, 1_000, clock);
  clock.advance(999);
  expect(clock.waits.length).toBe(1);
  clock.advance(1);
  expect(await waiting).toBe(false);
  fail(new Error('too late'));
});

it('rejects as the work does, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  const work = Promise.reject(new Error('failed in time'));
  await expect(endsWithin(work, 1_000, clock)).rejects.toThrow('failed in time');
  expect(clock.waits.length).toBe(0);
});
