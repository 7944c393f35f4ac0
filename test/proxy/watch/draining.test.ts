import { expect, it } from 'vitest';
import type { RelayApi } from '../../../src/api/relay-api.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SharedTimer } from '../../../src/proxy/watch/shared-timer.js';
import { Watchers } from '../../../src/proxy/watch/watchers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { watchingTools } from '../../support/watching-tools.js';

const LONG = 25_000;

it('held requests end each at a moment of its own before the process stops, later ones, too', async () => {
  const clock = new FakeClock();
  const session = { session_id: 'x', status: 'x', ready: true, linked: true };
  const tools = watchingTools({ getSession: async () => session } as unknown as RelayApi, clock);
  const watchers = new Watchers({
    ...tools,
    records: new SessionRecords(tools.store),
    deadlines: new SharedTimer(clock),
    onFirstSeen: async () => {},
  });
  const watcher = watchers.of('x');
  await watcher.load();
  const { signal } = new AbortController();
  const waits = [1, 2, 3].map(() => watcher.wait('ada', LONG, signal));
  // One that ends soon anyway is not held for longer.
  const short = watcher.wait('ada', 500, signal);
  const chances = [0.9, 0.1, 0.5];
  clock.random = () => chances.shift() ?? 0;
  watchers.drain(10_000);
  const counts: number[] = [];
  for (let second = 0; second < 10; second += 1) {
    clock.advance(1_000);
    counts.push(watchers.waiting);
    if (second === 5) {
      chances.push(0.5);
      waits.push(watcher.wait('ada', LONG, signal));
    }
  }
  expect(counts).toEqual([2, 2, 2, 2, 1, 1, 2, 1, 0, 0]);
  // They are answered, news or not.
  expect(await Promise.all([...waits, short])).toEqual([true, true, true, true, true]);
  waits.push(watcher.wait('ada', LONG, signal));
  clock.advance(250);
  expect(watchers.waiting).toBe(0);
  watchers.close();
});
