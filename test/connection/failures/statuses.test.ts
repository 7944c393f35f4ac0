import { describe, expect, it } from 'vitest';
import { layRealTable } from '../../support/real-table.js';
import {
  type ActName,
  CREATED,
  LINKED,
  layAct,
  open,
  SEAT_CALLS,
} from '../../support/seat-calls.js';
import { until } from '../../support/until.js';
import { refusal } from '../../support/wire.js';

/**
 * What becomes of the connection when a call is answered with a status that does not pass: the code of the
 * end, or `again`: the player shows anew who they are, and all goes well.
 */
const SEATS: [number, string | undefined, ...string[]][] = [
  // status, code in the body, guest, create, join, resume, get
  [400, undefined, ...Array(5).fill('bad-request')],
  [401, undefined, 'unauthorized', 'again', 'again', 'unauthorized', 'again'],
  [403, undefined, ...Array(5).fill('forbidden')],
  [403, 'revoked', ...Array(5).fill('revoked')],
  // A proxy without guests may take players without a token. This one does not.
  [404, undefined, 'unauthorized', 'not-found', 'not-found', 'session-deleted', 'session-deleted'],
  [409, undefined, ...Array(5).fill('conflict')],
  [413, undefined, ...Array(5).fill('unexpected-status')],
  [418, undefined, ...Array(5).fill('unexpected-status')],
];

/** How a connection ends, in events. */
function endOf(code: string): string[] {
  if (code === 'revoked') return ['state:closed', 'close:revoked'];
  if (code === 'session-deleted') return ['state:closed', 'close:deleted'];
  return ['state:failed', `error:${code}`, 'close:failed'];
}

describe.each(SEATS)('%i %s, in answer to', (status, code, ...outcomes) => {
  const fault = { status, body: refusal(status, code) };

  it.each(SEAT_CALLS.map((call, index) => ({ ...call, outcome: outcomes[index] ?? '' })))(
    '$name: $outcome',
    async ({ lay, linked, operation, outcome, seated }) => {
      await using table = await lay();
      const { gateway, simulator } = table;
      const before = simulator.sessions().length;
      gateway.fault(operation, fault);
      const acted = table.act().catch((error: unknown) => error);
      if (outcome === 'again') {
        await table.held();
        if (seated.length) await table.link();
        expect(await acted).toMatchObject({ protocol: 'UDP' });
        await table.held();
        expect(table.events).toEqual(['state:requesting', ...seated, ...linked]);
        const [refused, repeated] = gateway.of(operation);
        expect(repeated).toMatchObject({ path: refused?.path, text: refused?.text });
      } else {
        expect(await acted).toMatchObject({ code: outcome, retryable: false });
        expect(table.events).toEqual(['state:requesting', ...endOf(outcome)]);
        expect(simulator.sessions()).toHaveLength(before);
      }
    },
  );

  const outcome = outcomes.at(-1) ?? '';

  it(`get, while waiting: ${outcome}`, async () => {
    await using table = await layRealTable();
    table.gateway.fault('get', fault);
    const opened = table.relay.create().catch((error: unknown) => error);
    const asked = ['state:requesting', ...CREATED];
    if (outcome === 'again') {
      await table.held();
      await table.link();
      await opened;
      expect(table.events).toEqual([...asked, ...LINKED]);
    } else {
      expect(await opened).toMatchObject({ code: outcome, retryable: false });
      expect(table.events).toEqual([...asked, ...endOf(outcome)]);
    }
  });

  it(`get, while open: ${outcome}`, async () => {
    await using table = await layRealTable();
    await open(table);
    table.gateway.fault('get', fault);
    await table.endWait();
    const told = ['state:requesting', ...CREATED, ...LINKED];
    // The new ticket is news.
    const news = outcome === 'again' ? ['session'] : endOf(outcome);
    await until(() => expect(table.events).toEqual([...told, ...news]));
    if (outcome === 'again') await table.held();
    else {
      // What ended by a refusal is not given back: its lease runs out.
      await table.relay.leave();
      expect(table.gateway.of('delete')).toEqual([]);
    }
  });
});

/** What becomes of the promise; `done` where all is well. Nothing fires but the end of who leaves. */
const ACTS: [number, string | undefined, Record<ActName, string>][] = [
  [400, undefined, { kick: 'bad-request', 'host leaves': 'bad-request', leaves: 'bad-request' }],
  [401, undefined, { kick: 'done', 'host leaves': 'done', leaves: 'done' }],
  [403, undefined, { kick: 'forbidden', 'host leaves': 'forbidden', leaves: 'forbidden' }],
  [403, 'revoked', { kick: 'revoked', 'host leaves': 'done', leaves: 'done' }],
  [404, undefined, { kick: 'not-found', 'host leaves': 'done', leaves: 'done' }],
  [409, undefined, { kick: 'conflict', 'host leaves': 'conflict', leaves: 'conflict' }],
  [
    413,
    undefined,
    { kick: 'unexpected-status', 'host leaves': 'unexpected-status', leaves: 'unexpected-status' },
  ],
];
const acts = ACTS.flatMap(([status, code, outcomes]) =>
  Object.entries(outcomes).map(([name, outcome]) => ({ status, code, name, outcome })),
);

it.each(acts)('$status $code, in answer to who acts: $name: $outcome', async (row) => {
  const { code, name, outcome, status } = row;
  await using table = await layAct(name as ActName);
  const before = table.events.length;
  table.gateway.fault(table.operation, { status, body: refusal(status, code) });
  const acted = table.act().then(
    () => ({ code: 'done' }),
    (error: unknown) => error,
  );
  expect(await acted).toMatchObject({ code: outcome });
  const end = name === 'kick' ? [] : ['state:closed', 'close:left'];
  const renewed = status === 401 && name === 'kick' ? ['session'] : [];
  const roster = name === 'kick' && outcome === 'done' ? ['session'] : [];
  await until(() => expect(table.events.slice(before)).toEqual([...renewed, ...roster, ...end]));
  expect(table.relay.state).toBe(name === 'kick' ? 'open' : 'closed');
});
