import type { RelayApi } from '../../src/api/relay-api.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { SweepChannel } from '../../src/proxy/store/sweep-news.js';
import { Polls } from '../../src/proxy/watch/polls.js';
import { SweepPace } from '../../src/proxy/watch/sweep-pace.js';
import type { FakeClock } from './fake-clock.js';

/** What watchers of one instance share, with nobody else who uses the budget. */
export function watchingTools(api: RelayApi, clock: FakeClock, callsPerSecond = 20) {
  const store = new MemoryStore(clock);
  const pace = new SweepPace(callsPerSecond, clock);
  const use = { callsPerSecond, recentCalls: () => 0 };
  return {
    apiFor: () => api,
    clock,
    polls: new Polls({ api, clock, pace, use }),
    sweeps: new SweepChannel(store),
    store,
  };
}
