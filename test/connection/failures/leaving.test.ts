import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../src/connection/state.js';
import { layRealTable, type RealTable } from '../../support/real-table.js';
import { CREATED, LINKED, open } from '../../support/seat-calls.js';
import { until } from '../../support/until.js';

const REQUESTING = ['state:requesting'];
const OPEN = [...REQUESTING, ...CREATED, ...LINKED];
const END = ['state:closed', 'close:left'];

interface Start {
  readonly state: ConnectionState;
  /** Brings a connection there. */
  readonly arrive: (table: RealTable, signal: AbortSignal) => Promise<unknown>;
  readonly told: readonly string[];
  /** What leave() tells, and what an abort tells: nothing, once the promise is settled. */
  readonly left: readonly string[];
  readonly aborted: readonly string[];
}

const STARTS: readonly Start[] = [
  { state: 'idle', arrive: async () => {}, told: [], left: [], aborted: [] },
  {
    state: 'requesting',
    async arrive({ gateway, relay }, signal) {
      gateway.fault('create', 'silence');
      void relay.create({ signal });
      await until(() => expect(gateway.faultsLeft).toBe(0));
    },
    told: REQUESTING,
    left: END,
    aborted: END,
  },
  {
    state: 'waiting',
    async arrive(table, signal) {
      void table.relay.create({ signal });
      await table.held();
    },
    told: [...REQUESTING, ...CREATED],
    left: END,
    aborted: END,
  },
  {
    state: 'open',
    async arrive(table, signal) {
      const opened = table.relay.create({ signal });
      await table.held();
      await table.link();
      await opened;
      await table.held();
    },
    told: OPEN,
    left: END,
    aborted: [],
  },
  {
    state: 'closed',
    arrive: (table) => open(table).then(() => table.relay.leave()),
    told: [...OPEN, ...END],
    left: [],
    aborted: [],
  },
  {
    state: 'failed',
    async arrive({ gateway, relay }, signal) {
      gateway.fault('create', { status: 403 });
      await relay.create({ signal }).catch(() => {});
    },
    told: [...REQUESTING, 'state:failed', 'error:forbidden', 'close:failed'],
    left: [],
    aborted: [],
  },
];

describe.each(STARTS)('while $state,', ({ aborted, arrive, left, state, told }) => {
  it.each([
    ['leave()', left],
    ['an abort', aborted],
  ])('%s: %s, at once, and then nothing more', async (how, end) => {
    await using table = await layRealTable();
    const { clock, gateway, relay, simulator } = table;
    const abort = new AbortController();
    await arrive(table, abort.signal);
    expect([relay.state, table.events]).toEqual([state, told]);
    const asked = gateway.asked.length;
    if (how === 'leave()') void relay.leave();
    else abort.abort();
    expect([relay.state, table.events]).toEqual([end.length ? 'closed' : state, [...told, ...end]]);
    if (end.length) {
      await until(() => {
        // A seat that was asked for is waited for, for 10 s.
        if (state === 'requesting') clock.advance(10_000);
        expect([gateway.running, clock.waits]).toEqual([0, []]);
      });
      expect(simulator.sessions()).toEqual([]);
      const acts = gateway.asked.slice(asked).map(({ method }) => method);
      expect(acts).toEqual(state === 'requesting' ? [] : ['DELETE']);
    } else expect(gateway.asked).toHaveLength(asked);
    expect(table.events).toEqual([...told, ...end]);
    expect(table.page.listeners.size).toBe(relay.state === 'open' ? 4 : 0);
  });
});
