import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import { RelayError } from '../../../src/common/relay-error.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { Chores } from '../../../src/proxy/upkeep/chores.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';

/** Chores of two instances with one store, and what was asked of upstream. */
function start() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const asked: string[] = [];
  let answer: () => Promise<void> = async () => {};
  const api = {
    deleteSession: (sessionId: string) => {
      asked.push(`delete ${sessionId}`);
      return answer();
    },
    revokeUser: ({ authorization_token }: { authorization_token: number }) => {
      asked.push(`revoke ${authorization_token}`);
      return answer();
    },
  } as unknown as RelayApi;
  return {
    clock,
    store,
    asked,
    one: new Chores(api, store, clock),
    other: new Chores(api, store, clock),
    isDone: async () => (await store.sizeOfSet('chores')) === 0,
    upstream: (does: () => Promise<void>) => {
      answer = does;
    },
  };
}

const down = () => Promise.reject(new RelayError('server-error', 'Down.', { status: 503 }));
const gone = () => Promise.reject(new RelayError('not-found', 'Gone.', { status: 404 }));
const CHORES = [
  { what: 'delete', sessionId: 'a-S' },
  { what: 'revoke', sessionId: 'a-S', token: 7 },
] as const;

it.each(CHORES)('a chore is tried until it is done: $what', async (chore) => {
  const { asked, clock, isDone, one, other, upstream } = start();
  upstream(down);
  await one.do(chore);
  expect(asked).toHaveLength(1);
  await one.doDue(20);
  expect(asked).toHaveLength(1);
  for (let tries = 2; tries < 6; tries += 1) {
    clock.advance(2_000);
    await other.doDue(20);
    expect(asked).toHaveLength(tries);
    expect(await isDone()).toBe(false);
  }
  upstream(async () => {});
  clock.advance(2_000);
  await one.doDue(20);
  expect(await isDone()).toBe(true);
  clock.advance(60_000);
  await one.doDue(20);
  expect(asked).toHaveLength(6);
});

it.each(CHORES)('a chore is due again soon when the store fails: $what', async (chore) => {
  for (const isAnswerLost of [false, true]) {
    const { asked, clock, isDone, one, store } = start();
    const { batch } = store;
    let failures = 0;
    store.batch = (steps) => {
      store.batch = batch;
      failures += 1;
      if (isAnswerLost) void batch.call(store, steps);
      return Promise.reject(new Error('The store does not answer.'));
    };
    await one.do(chore);
    expect([failures, asked]).toEqual([1, []]);
    clock.advance(2_000);
    await one.doDue(20);
    expect(asked).toHaveLength(1);
    expect(await isDone()).toBe(true);
  }
});

it.each(CHORES)('what is gone already is done: $what', async (chore) => {
  const { isDone, one, upstream } = start();
  upstream(gone);
  await one.do(chore);
  expect(await isDone()).toBe(true);
});

it('what is planned already is not done twice', async () => {
  const { asked, isDone, one, other, upstream } = start();
  const gate = new Gate();
  upstream(() => gate.pass());
  const doing = one.plan(CHORES[0]);
  await gate.arrived;
  await other.plan(CHORES[0]);
  expect(asked).toEqual(['delete a-S']);
  gate.open();
  await doing;
  expect(await isDone()).toBe(true);
  upstream(down);
  await other.plan(CHORES[0]);
  await one.plan(CHORES[0]);
  expect(asked).toEqual(['delete a-S', 'delete a-S']);
});

it('each chore is handed to one instance, and to another only when that one does not come back', async () => {
  const { asked, clock, one, other, upstream } = start();
  upstream(down);
  for (const chore of CHORES) await one.do(chore);
  asked.length = 0;
  clock.advance(2_000);
  upstream(() => new Promise(() => {}));
  void one.doDue(20);
  void other.doDue(20);
  await expect.poll(() => [...asked].sort()).toEqual(['delete a-S', 'revoke 7']);
  clock.advance(59_000);
  await other.doDue(20);
  expect(asked).toHaveLength(2);
  clock.advance(1_000);
  void other.doDue(20);
  await expect.poll(() => asked.length).toBe(4);
});
