import { describe, expect, it } from 'vitest';
import type { RelayError } from '../../../src/common/relay-error.js';
import { layRealTable, type RealTable } from '../../support/real-table.js';
import { CREATED, LINKED } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';

const states = ['waiting', 'open'] as const;
type State = (typeof states)[number];

/** A host who waits, or who is open; what was told so far, and the promise of create(). */
async function lay(state: State) {
  const table = await layRealTable();
  const opened = table.relay.create().catch((error: RelayError) => error);
  await table.held();
  if (state === 'open') {
    await table.link();
    await opened;
    await table.held();
  }
  const told = ['state:requesting', ...CREATED, ...(state === 'open' ? LINKED : [])];
  expect(table.events).toEqual(told);
  const id = table.relay.session?.session_id ?? '';
  return { table, told, opened, id };
}

describe.each(states)('while %s,', (state) => {
  it('a session that the service ends closes the connection', async () => {
    const { id, opened, table: laid, told } = await lay(state);
    await using table = laid;
    table.simulator.endSession(id);
    const end = ['state:closed', 'close:deleted'];
    await table.serve(() => expect(table.events).toEqual([...told, ...end]));
    if (state === 'waiting') expect(await opened).toMatchObject({ code: 'session-deleted' });
  });

  it('a session that fails is the end, in the proxy’s words, and is given back', async () => {
    const { id, opened, table: laid, told } = await lay(state);
    await using table = laid;
    const errors: RelayError[] = [];
    table.relay.on('error', (error) => errors.push(error));
    table.simulator.failSession(id, 'No relay near the players.');
    const end = ['state:failed', 'error:session-failed', 'close:failed'];
    await table.serve(() => expect(table.events).toEqual([...told, ...end]));
    expect(errors).toMatchObject([
      { message: 'The relay service reports that the session failed.' },
    ]);
    if (state === 'waiting') expect(await opened).toBe(errors[0]);
    await until(() => expect(table.simulator.sessions()).toEqual([]));
  });

  it('a player who is kicked is told why', async () => {
    await using table = await layRealTable();
    const { relay, service } = table;
    const host = await table.client('host');
    const { body: session } = await host.create();
    const { session_id } = session;
    if (state === 'open') service.advance(1_000);
    const joined = relay.join(session_id).catch((error: RelayError) => error);
    const seat = state === 'open' ? LINKED : CREATED;
    await until(() => expect(table.events).toEqual(['state:requesting', ...seat]));
    await table.held();
    await host.revoke(session, { player_id: 'anna' });
    const end = ['state:closed', 'close:revoked'];
    await table.serve(() => expect(table.events).toEqual(['state:requesting', ...seat, ...end]));
    if (state === 'waiting') expect(await joined).toMatchObject({ code: 'revoked' });
    await host.delete(session);
    expect(table.simulator.sessions()).toEqual([]);
  });

  it.each(['ended', 'killed'])(
    'a proxy that is %s and started again while it holds a request',
    async (how) => {
      const { id, opened, table: laid, told } = await lay(state);
      await using table = laid;
      const { clock, gateway, relay, simulator } = table;
      const { ticket } = relay;
      // One that ends answers what it holds.
      await table.restart(how === 'killed');
      const cut = how === 'killed' ? ['retrying:network'] : [];
      await until(() => expect(table.events).toEqual([...told, ...cut]));
      await passWait(clock, 5_000);
      await table.held();
      if (state === 'waiting') {
        await table.link();
        await opened;
      }
      expect(table.events).toEqual([...told, ...cut, ...(state === 'waiting' ? LINKED : [])]);
      expect(new Set(gateway.of('get').map(({ bearer }) => bearer))).toEqual(new Set([ticket]));
      expect(relay).toMatchObject({ state: 'open', role: 'server', session: { session_id: id } });
      expect(simulator.sessions()).toHaveLength(1);
    },
  );
});

it.each([
  ['while open', true],
  ['between its flags, while waiting', false],
])('a session that moves to another relay tells its new endpoint: %s', async (_name, isOpen) => {
  await using table: RealTable = await layRealTable();
  const { relay, simulator } = table;
  if (!isOpen) simulator.setLife({ linkDelay: 1_000, readyDelay: 10_000 });
  const opened = relay.create();
  await table.held();
  await table.link();
  const linked = isOpen ? LINKED : ['session', 'linked'];
  const told = ['state:requesting', ...CREATED, ...linked];
  await until(() => expect(table.events).toEqual(told));
  await table.held();
  const before = relay.endpoint;
  await simulator.relink(relay.session?.session_id ?? '');
  await table.serve(() => expect(table.events).toEqual([...told, 'session', 'linked']));
  const [session] = simulator.sessions();
  expect(relay.endpoint?.port).toBe(session?.relay?.ports?.server?.port);
  expect(relay.endpoint?.port).not.toBe(before?.port);
  if (!isOpen) {
    table.service.advance(10_000);
    await table.serve(() => expect(relay.state).toBe('open'));
    const rest = ['state:open', 'session', 'ready', 'open'];
    expect(table.events).toEqual([...told, 'session', 'linked', ...rest]);
  }
  expect(await opened).toBeDefined();
  await table.held();
});
