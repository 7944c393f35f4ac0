import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../../src/simulator/faults/faults.js';
import { layRealTable } from '../../support/real-table.js';
import { CREATED, LINKED, layAct, SEAT_CALLS } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';

/** What the proxy cannot mend by asking again reaches the game, and it asks again. */
const RETRIED = 'retrying:server-error';

/** How often the game hears of a failure of the service that strikes once, by the operation that it strikes. */
const HEARD: Record<(typeof FAILURES)[number], { create: number; authorize: number }> = {
  'rate-limited': { create: 1, authorize: 1 },
  'server-error': { create: 0, authorize: 1 },
  unavailable: { create: 0, authorize: 1 },
  'drop-before': { create: 0, authorize: 1 },
  'drop-after': { create: 0, authorize: 1 },
  malformed: { create: 0, authorize: 1 },
};

describe.each(FAILURES)('a service that fails once: %s', (kind) => {
  const calls = SEAT_CALLS.filter(({ name }) => name === 'create' || name === 'join');

  it.each(calls)('$name: one session, one seat', async ({ lay, linked, name, players, seated }) => {
    await using table = await lay();
    const { clock, simulator } = table;
    // Nothing is linked by itself while the proxy mends what failed, however busy the machine is.
    simulator.setLife({ linkDelay: 20_000 });
    const isCreate = name === 'create';
    const operation = isCreate ? 'relay-session-create' : 'relay-user-authorize';
    simulator.faults.add({ kind, operation, times: 1 });
    const opened = table.act();
    const heard = Array(HEARD[kind][isCreate ? 'create' : 'authorize']).fill(RETRIED);
    if (heard.length) {
      await table.serve(() => expect(table.events).toEqual(['state:requesting', ...heard]));
      await passWait(clock, 2_000);
    }
    await table.serve(() => expect(table.gateway.of('get')).not.toEqual([]));
    await table.held();
    if (seated.length) await table.link();
    await opened;
    await table.held();
    expect(table.events).toEqual(['state:requesting', ...heard, ...seated, ...linked]);
    expect(simulator.sessions()).toHaveLength(1);
    expect(table.relay.players).toHaveLength(players);
    expect(simulator.faults.list()).toEqual([]);
  });

  it('get: the game hears nothing of it, while waiting and while open', async () => {
    await using table = await layRealTable();
    const { relay, simulator } = table;
    const opened = relay.create();
    await table.held();
    simulator.faults.add({ kind, operation: 'relay-session-get', times: 1 });
    await table.serve(() => expect(table.events).toContain('open'));
    await opened;
    await table.held();
    simulator.faults.add({ kind, operation: 'relay-session-get', times: 1 });
    await simulator.relink(relay.session?.session_id ?? '');
    await table.serve(() => expect(table.events.at(-1)).toBe('linked'));
    const told = ['state:requesting', ...CREATED, ...LINKED, 'session', 'linked'];
    expect(table.events).toEqual(told);
    expect(simulator.faults.list()).toEqual([]);
  });

  it.each([
    ['kick', 'relay-user-revoke', 1, 1],
    ['leaves', 'relay-user-revoke', 1, 1],
    ['host leaves', 'relay-session-delete', 0, 0],
  ] as const)('%s: the proxy sees to it', async (name, operation, sessions, users) => {
    await using table = await layAct(name);
    const { simulator } = table;
    const before = table.events.length;
    simulator.faults.add({ kind, operation, times: 1 });
    let isDone = false;
    void table.act().then(() => {
      isDone = true;
    });
    const left = () => simulator.sessions().map((session) => session.session_users?.length);
    await table.serve(() => expect(left()).toEqual(Array(sessions).fill(users)));
    await table.serve(() => expect(simulator.faults.list()).toEqual([]));
    await table.serve(() => expect(isDone).toBe(true));
    const told = name === 'kick' ? ['session'] : ['state:closed', 'close:left'];
    await table.serve(() => expect(table.events.slice(before)).toEqual(told));
  });
});

it('a service that fails all the time ends it after linkTimeout, and nothing is left', async () => {
  await using table = await layRealTable();
  const { clock, relay, simulator } = table;
  simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-create' });
  const created = relay.create().catch((error: unknown) => error);
  await table.serve(() => expect(table.events.at(-1)).toBe(RETRIED));
  clock.advance(60_000);
  expect(await created).toMatchObject({ code: 'server-error', status: 503 });
  const end = ['state:failed', 'error:server-error', 'close:failed'];
  expect(table.events).toEqual(['state:requesting', RETRIED, ...end]);
  simulator.faults.clear();
  await until(() => expect(table.gateway.running).toBe(0));
});
