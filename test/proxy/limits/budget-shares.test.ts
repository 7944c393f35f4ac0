import { expect, it } from 'vitest';
import { BudgetShares, type CallKind } from '../../../src/proxy/limits/budget-shares.js';

interface Call {
  readonly asker: string;
  readonly kind: CallKind;
  readonly isFirst: boolean;
}

const call = (asker: string, kind: CallKind): Call => ({ asker, kind, isFirst: kind === 'frees' });

/** An order in which each of these askers has so many calls of one kind waiting, the first asker's first. */
function start(waiting: readonly (readonly [asker: string, kind: CallKind, count: number])[]) {
  const order = new BudgetShares<Call>();
  for (const [asker, kind, count] of waiting) {
    for (let index = 0; index < count; index += 1) order.add(call(asker, kind));
  }
  const next = (count: number) => Array.from({ length: count }, () => order.next());
  return { order, next };
}

const askersOf = (calls: readonly (Call | undefined)[]) => calls.map((each) => each?.asker);
const countOf = (calls: readonly (Call | undefined)[], wanted: Partial<Call>) =>
  calls.filter(
    (each) =>
      each && Object.entries(wanted).every(([key, value]) => each[key as 'asker'] === value),
  ).length;

it('whoever wants a lot makes another wait for one more turn, whatever either wants', () => {
  const kinds = ['frees', 'takes', 'asks'] as const;
  for (const wanted of kinds) {
    // The flood may have had any number of turns before.
    for (let before = 0; before < 24; before += 1) {
      const { order, next } = start(kinds.map((kind) => ['flood', kind, 60] as const));
      next(before);
      order.add(call('ada', wanted));
      expect(askersOf(next(2)), `${wanted} after ${before}`).toContain('ada');
    }
  }
});

it('whoever wants a lot leaves another half of the turns, all the time', () => {
  const kinds = ['frees', 'takes', 'asks'] as const;
  for (const wanted of kinds) {
    const { next } = start([
      ...kinds.map((kind) => ['flood', kind, 400] as const),
      ['ada', wanted, 400],
    ]);
    expect(countOf(next(400), { asker: 'ada' }), wanted).toBeGreaterThanOrEqual(199);
  }
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

it('what only asks goes behind the changes of all others, once each, and is sure of a tenth', () => {
  const { order, next } = start([['poll', 'asks', 100]]);
  next(1);
  for (let index = 0; index < 5; index += 1) order.add(call(`player ${index}`, 'takes'));
  expect(countOf(next(5), { kind: 'takes' })).toBe(5);
  const busy = start([
    ['poll', 'asks', 100],
    ...Array.from({ length: 50 }, (_, index) => [`player ${index}`, 'takes', 20] as const),
  ]);
  expect(countOf(busy.next(500), { kind: 'asks' })).toBe(50);
});

it('what frees goes first among one asker’s own calls, and is sure of a quarter of all turns', () => {
  const own = start([
    ['ada', 'asks', 2],
    ['ada', 'takes', 2],
    ['ada', 'frees', 2],
  ]);
  expect(own.next(6).map((each) => each?.kind)).toEqual([
    'frees',
    'frees',
    'takes',
    'takes',
    'asks',
    'asks',
  ]);
  const busy = start([
    ...Array.from({ length: 50 }, (_, index) => [`player ${index}`, 'takes', 20] as const),
    ['chores', 'frees', 100],
  ]);
  expect(countOf(busy.next(200), { kind: 'frees' })).toBe(50);
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
