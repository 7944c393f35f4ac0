import { expect } from 'vitest';
import type { RelayConnectionOptions } from '../../src/connection/options.js';
import { layRealTable, type RealTable } from './real-table.js';
import { until } from './until.js';
import type { Operation } from './wire.js';

/** A table, and the call that is to meet a failure there. */
export interface Case extends RealTable {
  /** Makes the call. */
  act(): Promise<unknown>;
}

/** Everything that the connection asks to get a seat. */
export interface SeatCall {
  readonly name: 'guest' | 'create' | 'join' | 'resume';
  readonly operation: Operation;
  /** The events after `state:requesting`, when all goes well: before the session is linked, and after. */
  readonly seated: readonly string[];
  readonly linked: readonly string[];
  /** How many players there are in the end. */
  readonly players: number;
  lay(): Promise<Case>;
}

export const CREATED: readonly string[] = ['state:waiting', 'session'];
export const LINKED: readonly string[] = ['state:open', 'session', 'ready', 'linked', 'open'];

async function lay(
  start: (table: RealTable) => Promise<() => Promise<unknown>>,
  options: RelayConnectionOptions = {},
): Promise<Case> {
  const table = await layRealTable(options);
  const act = await start(table);
  return Object.defineProperties({ act }, Object.getOwnPropertyDescriptors(table)) as Case;
}

const hosted = { seated: [], linked: LINKED, players: 2 };
const own = { seated: CREATED, linked: LINKED, players: 1 };
const create =
  async ({ relay }: RealTable) =>
  () =>
    relay.create();

/** In the order of the tables' columns. */
export const SEAT_CALLS: readonly SeatCall[] = [
  {
    name: 'guest',
    operation: 'guest',
    ...own,
    lay: () => lay(create, { token: undefined }),
  },
  { name: 'create', operation: 'create', ...own, lay: () => lay(create) },
  {
    name: 'join',
    operation: 'authorize',
    ...hosted,
    lay: () =>
      lay(async (table) => {
        const { join_code = '' } = await table.host();
        return () => table.relay.join(join_code);
      }),
  },
  {
    name: 'resume',
    operation: 'authorize',
    ...hosted,
    lay() {
      let ticket = '';
      const keep = { load: () => ticket };
      return lay(
        async (table) => {
          const { session_id } = await table.host();
          const anna = await table.client('anna');
          ticket = (await anna.join({ session_id })).body.ticket;
          return () => table.relay.resume();
        },
        { ticket: keep },
      );
    },
  },
];

/** Hosts a session, until it is linked. */
export async function open(table: RealTable): Promise<void> {
  const opened = table.relay.create();
  await table.held();
  await table.link();
  await opened;
  await table.held();
}

/** What a player does with the seat that they have. */
export type ActName = 'kick' | 'host leaves' | 'leaves';

/** A connection that is open, and an act of its player. */
export async function layAct(name: ActName): Promise<Case & { readonly operation: Operation }> {
  const operation: Operation = name === 'host leaves' ? 'delete' : 'revoke';
  const table = await lay(async (table) => {
    const { relay } = table;
    if (name === 'leaves') {
      const { session_id } = await table.host();
      await relay.join(session_id);
    } else {
      await open(table);
      const ben = await table.client('ben');
      await ben.join({ session_id: relay.session?.session_id ?? '' });
      await until(() => expect(relay.players).toHaveLength(2));
    }
    await table.held();
    const [, ben] = relay.players;
    return () => (name === 'kick' ? relay.kick(ben?.playerId ?? '') : relay.leave());
  });
  return Object.assign(table, { operation });
}
