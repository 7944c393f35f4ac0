import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import { RelayError } from '../../../src/common/relay-error.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SessionWatcher } from '../../../src/proxy/watch/session-watcher.js';
import { SharedTimer } from '../../../src/proxy/watch/shared-timer.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { watchingTools } from '../../support/watching-tools.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A watcher on a clock that stands still, and the times at which it asked, in ms since the start. */
function start({ hasWebhook = true } = {}) {
  const clock = new FakeClock();
  const began = clock.now();
  const asked: number[] = [];
  const session = { session_id: 'a-S', status: 'x', ready: false, linked: false } as RelaySession;
  let failure: RelayError | undefined;
  let gate: Gate | undefined;
  const api = {
    async getSession() {
      asked.push(clock.now() - began);
      if (failure) throw failure;
      const answer = { ...session };
      await gate?.pass();
      return answer;
    },
  } as unknown as RelayApi;
  const records = new SessionRecords(new MemoryStore(clock));
  const watcher = new SessionWatcher('a-S', {
    ...watchingTools(api, clock),
    records,
    deadlines: new SharedTimer(clock),
    hasWebhook,
    onFirstSeen: async () => {},
  });
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 50) {
      clock.advance(50);
      await settle();
    }
  };
  return {
    clock,
    records,
    watcher,
    asked,
    session,
    pass,
    /** Keeps the answers of upstream back, whatever they say already. */
    delay: () => {
      gate = new Gate();
      return gate;
    },
    fail: (error?: RelayError) => {
      failure = error;
    },
  };
}

const never = () => new AbortController().signal;

it('asks fast while the session is pending, slowly once it is open, and not while nobody waits', async () => {
  const { watcher, asked, session, pass, clock } = start();
  await watcher.load();
  await pass(10_000);
  expect(asked).toEqual([0]);
  let woken = 0;
  const wait = () => watcher.wait('host', 60_000, never()).then(() => (woken += 1));
  for (let index = 0; index < 100; index += 1) void wait();
  await pass(6_000);
  const pending = asked.slice(1).map((time) => time - 10_000);
  expect(pending.length).toBeGreaterThan(4);
  expect(pending.length).toBeLessThan(9);
  expect(pending[0]).toBeLessThanOrEqual(300);
  Object.assign(session, { ready: true, linked: true });
  await pass(2_500);
  expect(woken).toBe(100);
  const before = asked.length;
  void wait();
  await pass(25_000);
  expect(asked.length - before).toBeGreaterThanOrEqual(2);
  expect(asked.length - before).toBeLessThanOrEqual(3);
  await pass(60_000);
  expect(watcher.waiting).toBe(0);
  const quiet = asked.length;
  await pass(60_000);
  expect(asked.length).toBe(quiet);
  watcher.close();
  expect(clock.pending).toBe(0);
});

it('asks ten times a second while the session is pending, where no webhook will tell', async () => {
  const { watcher, asked, session, pass } = start({ hasWebhook: false });
  await watcher.load();
  const wait = () => void watcher.wait('host', 60_000, never());
  wait();
  await pass(2_000);
  expect(asked).toHaveLength(1 + 20);
  Object.assign(session, { ready: true, linked: true });
  await pass(100);
  wait();
  const before = asked.length;
  await pass(9_000);
  expect(asked).toHaveLength(before);
  watcher.close();
});

it('obeys Retry-After, goes on after failures, and answers what it knows meanwhile', async () => {
  const { watcher, asked, fail, pass } = start();
  await watcher.load();
  fail(new RelayError('server-error', 'Down.', { status: 503, retryAfter: 8_000 }));
  void watcher.wait('host', 60_000, never());
  await pass(1_000);
  const failed = asked.length;
  await pass(6_500);
  expect(asked.length).toBe(failed);
  await watcher.load();
  expect(watcher.document.session_id).toBe('a-S');
  fail();
  await pass(20_000);
  expect(asked.length).toBeGreaterThan(failed);
  watcher.close();
});

it('lets a client that goes away leave nothing behind', async () => {
  const { watcher, clock } = start();
  await watcher.load();
  const timers = clock.pending;
  const clients = Array.from({ length: 50 }, () => new AbortController());
  const waits = clients.map(({ signal }) => watcher.wait('host', 25_000, signal));
  // One timer for all deadlines, and one for the next question.
  expect(clock.pending).toBe(timers + 2);
  for (const client of clients) client.abort();
  await Promise.all(waits);
  expect(watcher.waiting).toBe(0);
  expect(clock.pending).toBe(timers);
  watcher.close();
});

it.each(['somebody waits', 'nobody waits'])(
  'asks once more for news that comes while an answer from before is on its way: %s',
  async (who) => {
    const { watcher, records, session, asked, delay, clock } = start();
    Object.assign(session, { ready: true, linked: true });
    await watcher.load();
    let isWoken = false;
    if (who === 'somebody waits') {
      void watcher.wait('host', 60_000, never()).then(() => {
        isWoken = true;
      });
    }
    clock.advance(5_000);
    const gate = delay();
    const loading = watcher.load();
    await gate.arrived;
    Object.assign(session, { error: 'It broke.' });
    await records.tell('a-S', 'refresh');
    await records.tell('a-S', 'refresh');
    gate.open();
    await loading;
    await settle();
    await watcher.load();
    expect(watcher.document.error).toBe('It broke.');
    // Where somebody waits, the first news waits for no player's own read, and the second has an answer of its own.
    expect(asked).toHaveLength(who === 'somebody waits' ? 4 : 3);
    expect(isWoken).toBe(who === 'somebody waits');
    watcher.close();
  },
);

const DOWN = new RelayError('server-error', 'Down.', { status: 503 });

it('answers an old document no longer once upstream has been down for long, however often it was asked', async () => {
  const { watcher, fail, pass } = start();
  await watcher.load();
  fail(DOWN);
  for (let minute = 0; minute < 6; minute += 1) {
    void watcher.wait('host', 70_000, never());
    if (minute === 4) await watcher.load();
    await pass(60_000);
  }
  await expect(watcher.load()).rejects.toThrow('Down.');
  watcher.close();
});

it('answers what it knows where news came that upstream cannot tell', async () => {
  const { watcher, records, fail } = start();
  await watcher.load();
  fail(DOWN);
  await records.tell('a-S', 'refresh');
  await settle();
  await watcher.load();
  expect(watcher.document.session_id).toBe('a-S');
  watcher.close();
});
