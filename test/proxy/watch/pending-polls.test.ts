import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SessionWatcher } from '../../../src/proxy/watch/session-watcher.js';
import { SharedTimer } from '../../../src/proxy/watch/shared-timer.js';
import { FakeClock } from '../../support/fake-clock.js';
import { NO_SESSIONS } from '../../support/no-sessions.js';
import { watchingTools } from '../../support/watching-tools.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const never = () => new AbortController().signal;

const pendingSession = (index: number) =>
  ({ session_id: `${index}-S`, status: 'x', ready: false, linked: false }) as RelaySession;

/** So many sessions that are pending and waited for, without a webhook, at 20 calls a second. */
async function start(count: number) {
  const clock = new FakeClock();
  const sessions = Array.from({ length: count }, (_, index) => pendingSession(index));
  const calls: ('get' | 'list')[] = [];
  /** What the list shows. */
  let list = () => sessions;
  const api = {
    async getSession(id: string) {
      calls.push('get');
      return { ...sessions.find(({ session_id }) => session_id === id) };
    },
    async listEntryPage() {
      calls.push('list');
      return { ...NO_SESSIONS, sessions: list(), total_count: count };
    },
  } as unknown as RelayApi;
  const tools = watchingTools(api, clock);
  const records = new SessionRecords(tools.store);
  const deadlines = new SharedTimer(clock);
  const watchers = sessions.map(
    ({ session_id }) =>
      new SessionWatcher(session_id, { ...tools, records, deadlines, onFirstSeen: async () => {} }),
  );
  const told: number[] = [];
  for (const [index, watcher] of watchers.entries()) {
    await watcher.load();
    void watcher.wait('host', 60_000, never()).then(() => told.push(index));
  }
  calls.length = 0;
  return {
    calls,
    told,
    polls: tools.polls,
    link: (index: number) => Object.assign(sessions[index] ?? {}, { ready: true, linked: true }),
    show: (shown: () => RelaySession[]) => {
      list = shown;
    },
    async pass(milliseconds: number) {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        clock.advance(50);
        await settle();
      }
    },
    [Symbol.dispose]() {
      for (const watcher of watchers) watcher.close();
      expect(clock.pending).toBe(0);
    },
  };
}

it('asks for five by one list, ten times a second, and gets only what it shows linked', async () => {
  using pending = await start(5);
  await pending.pass(1_000);
  expect(pending.calls).toEqual(Array(10).fill('list'));
  pending.link(3);
  await pending.pass(100);
  expect(pending.told).toEqual([3]);
  expect(pending.calls.slice(10)).toEqual(['list', 'get']);
});

it('takes a list that does not change for stale: each is asked for by itself every two seconds', async () => {
  using pending = await start(5);
  const stale = [0, 1, 2, 3, 4].map(pendingSession);
  pending.show(() => stale);
  pending.link(3);
  await pending.pass(2_500);
  expect(pending.told).toEqual([3]);
});

it('asks for each by itself while the list does not show them, and seldom for such a list', async () => {
  using pending = await start(2);
  pending.show(() => []);
  await pending.pass(10_000);
  const lists = pending.calls.filter((call) => call === 'list');
  expect(lists.length).toBeLessThanOrEqual(4);
  pending.link(1);
  await pending.pass(200);
  expect(pending.told).toEqual([1]);
});

it('stays within the budget, however many are pending', async () => {
  using pending = await start(60);
  pending.show(() => []);
  await pending.pass(10_000);
  expect(pending.calls.length).toBeLessThanOrEqual(20 * 10 + 5);
  expect(pending.calls.length).toBeGreaterThan(20 * 9);
});

it('asks half as often for ten minutes after the service was called too often', async () => {
  using pending = await start(1);
  pending.polls.slowDown();
  await pending.pass(200);
  pending.calls.length = 0;
  await pending.pass(10_000);
  expect(pending.calls).toHaveLength(50);
});
