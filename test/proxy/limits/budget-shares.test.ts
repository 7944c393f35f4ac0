import { expect, it } from 'vitest';
import { BudgetShares } from '../../../src/proxy/limits/budget-shares.js';
import { CALL_CLASSES, type CallClass } from '../../../src/proxy/limits/call-class.js';

interface Call {
  readonly asker: string;
  readonly callClass: CallClass;
}

const call = (asker: string, callClass: CallClass): Call => ({ asker, callClass });

/** An order in which each of these askers has so many calls of one class waiting, the first asker's first. */
function start(
  waiting: readonly (readonly [asker: string, callClass: CallClass, count: number])[],
) {
  const order = new BudgetShares<Call>();
  for (const [asker, callClass, count] of waiting) {
    for (let index = 0; index < count; index += 1) order.add(call(asker, callClass));
  }
  const next = (count: number) => Array.from({ length: count }, () => order.next());
  return { order, next };
}

const askersOf = (calls: readonly (Call | undefined)[]) => calls.map((each) => each?.asker);
const classesOf = (calls: readonly (Call | undefined)[]) => calls.map((each) => each?.callClass);
const countOf = (calls: readonly (Call | undefined)[], wanted: Partial<Call>) =>
  calls.filter(
    (each) =>
      each && Object.entries(wanted).every(([key, value]) => each[key as 'asker'] === value),
  ).length;

it('what frees goes first, then what takes, what was announced, what is pending, reads, and sweeps', () => {
  const { next } = start([...CALL_CLASSES].reverse().map((each) => ['ada', each, 1] as const));
  expect(classesOf(next(6))).toEqual([...CALL_CLASSES]);
});

it('each class is sure of a tenth of the turns, and the first has the rest', () => {
  const { next } = start(CALL_CLASSES.map((each) => [each, each, 1_000] as const));
  // At first all of them are due at once.
  next(20);
  const calls = next(1_000);
  const shares = CALL_CLASSES.map((callClass) => countOf(calls, { callClass }));
  expect(shares).toEqual([500, 100, 100, 100, 100, 100]);
});

it('a class that asks for one call after the other is sure of its tenth as well', () => {
  const { order } = start([['players', 'takes', 1_000]]);
  let swept = 0;
  order.add(call('sweeper', 'sweeps'));
  for (let turn = 0; turn < 500; turn += 1) {
    if (order.next()?.callClass !== 'sweeps') continue;
    swept += 1;
    order.add(call('sweeper', 'sweeps'));
  }
  expect(swept).toBe(50);
});

it('whoever wants a lot makes another wait for one more turn of their class, whatever either wants', () => {
  for (const wanted of CALL_CLASSES) {
    // The flood may have had any number of turns before.
    for (let before = 0; before < 24; before += 1) {
      const { order, next } = start(CALL_CLASSES.map((each) => ['flood', each, 100] as const));
      next(before);
      order.add(call('ada', wanted));
      const ofClass = next(30).filter((each) => each?.callClass === wanted);
      expect(askersOf(ofClass.slice(0, 2)), `${wanted} after ${before}`).toContain('ada');
    }
  }
});

it('an asker who had a turn in one class goes behind the others in all', () => {
  const { order, next } = start([
    ['flood', 'takes', 5],
    ['ada', 'takes', 5],
  ]);
  order.add(call('flood', 'frees'));
  expect(askersOf(next(4))).toEqual(['flood', 'ada', 'flood', 'ada']);
});

it('askers who want as much have as many turns, however much each has waiting', () => {
  const { next } = start([
    ['many', 'takes', 900],
    ['some', 'takes', 300],
    ['few', 'takes', 100],
  ]);
  const calls = next(300);
  for (const asker of ['many', 'some', 'few']) expect(countOf(calls, { asker })).toBe(100);
});

it('whoever waits no longer takes nobody’s turn', () => {
  const { order, next } = start([['ada', 'takes', 1]]);
  const given = call('bob', 'takes');
  order.add(given);
  order.delete(given);
  order.delete(given);
  expect(askersOf(next(2))).toEqual(['ada', undefined]);
  expect(order.isEmpty).toBe(true);
});

it('a class that may not go now leaves its turns to the others', () => {
  const { order } = start([
    ['nobody', 'sweeps', 3],
    ['ada', 'pending', 1],
  ]);
  const withoutSweeps = (callClass: CallClass) => callClass !== 'sweeps';
  expect(order.next(withoutSweeps)).toEqual(call('ada', 'pending'));
  expect(order.next(withoutSweeps)).toBeUndefined();
  expect(order.next()).toEqual(call('nobody', 'sweeps'));
});

it('knows how many turns come before a call that comes now', () => {
  for (const waiting of [
    [['ada', 'takes', 30]],
    [
      ['ada', 'frees', 30],
      ['ada', 'takes', 10],
      ['nobody', 'sweeps', 30],
    ],
    [
      ['ada', 'takes', 50],
      ['bob', 'takes', 3],
      ['nobody', 'pending', 20],
    ],
    [['nobody', 'sweeps', 100]],
  ] as const) {
    for (const callClass of CALL_CLASSES) {
      const { order } = start(waiting);
      const expected = order.turnsBefore(callClass, 'new');
      const mine = call('new', callClass);
      order.add(mine);
      let turns = 0;
      while (order.next() !== mine) turns += 1;
      // Right at the beginning each class has a turn due.
      expect(Math.abs(turns - expected), `${waiting} ${callClass}`).toBeLessThanOrEqual(10);
      if (turns > 20) expect(expected).toBeGreaterThan(10);
    }
  }
});
