import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SharedTimer } from '../../../src/proxy/watch/shared-timer.js';
import { Watchers } from '../../../src/proxy/watch/watchers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { watchingTools } from '../../support/watching-tools.js';

it('a watcher that nobody uses is let go, one that somebody waits at or has just used is not', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const session = { session_id: 'x', status: 'x', ready: true, linked: true };
  const heard = new Set<string>();
  const { subscribe } = store;
  store.subscribe = (channel, listener) => {
    heard.add(channel);
    const stop = subscribe.call(store, channel, listener);
    return () => {
      heard.delete(channel);
      stop();
    };
  };
  const watchers = new Watchers({
    ...watchingTools({ getSession: async () => session } as unknown as RelayApi, clock),
    records: new SessionRecords(store),
    deadlines: new SharedTimer(clock),
    onFirstSeen: async () => {},
  });
  watchers.of('idle');
  const used = watchers.of('used');
  const leaving = new AbortController();
  await watchers.of('waited-for').load();
  const waiting = watchers.of('waited-for').wait('ada', 10 * 60_000, leaving.signal);
  expect(watchers.of('used')).toBe(used);
  expect([watchers.size, watchers.waiting, heard.size]).toEqual([3, 1, 3]);
  clock.advance(50_000);
  await used.load();
  clock.advance(10_000);
  expect([...heard]).toEqual(['session:used', 'session:waited-for']);
  clock.advance(60_000);
  expect([watchers.size, [...heard]]).toEqual([1, ['session:waited-for']]);
  clock.advance(60_000);
  leaving.abort();
  await waiting;
  clock.advance(120_000);
  expect([watchers.size, watchers.waiting, heard.size]).toEqual([0, 0, 0]);
  expect(watchers.of('used')).not.toBe(used);
  watchers.close();
  expect([watchers.size, heard.size, clock.pending]).toEqual([0, 0, 0]);
});
