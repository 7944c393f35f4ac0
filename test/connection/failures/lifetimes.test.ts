import { describe, expect, it } from 'vitest';
import type { RelayConnectionOptions } from '../../../src/connection/options.js';
import { GameClient } from '../../support/game-client.js';
import { layRealTable, type RealTable } from '../../support/real-table.js';
import { CREATED, LINKED, open } from '../../support/seat-calls.js';
import { passWait } from '../../support/table.js';
import { until } from '../../support/until.js';

const CREATING = ['state:requesting', ...CREATED];
const OPEN = [...CREATING, ...LINKED];
const TICKET = 60;
/** In seconds: less than half a ticket's life, more than half of it, and more than all of it. */
const [YOUNG, AGEING, OVER] = [26, 35, 61];

/** A game that logs in as often as it is asked to, each time for so many seconds; the last for good. */
async function laySigned(
  ...lifetimes: number[]
): Promise<RealTable & { readonly logins: string[] }> {
  return laySignedWith({}, ...lifetimes);
}

/** The same, with more options. */
async function laySignedWith(
  options: RelayConnectionOptions,
  ...lifetimes: number[]
): Promise<RealTable & { readonly logins: string[] }> {
  const logins: string[] = [];
  const table: RealTable = await layRealTable(
    {
      ...options,
      async token() {
        const token = await table.login('anna', lifetimes[logins.length] ?? lifetimes.at(-1));
        logins.push(token);
        return token;
      },
    },
    { ticketLifetime: TICKET },
  );
  return Object.defineProperties(
    { logins },
    Object.getOwnPropertyDescriptors(table),
  ) as RealTable & { readonly logins: string[] };
}

/** The proxy's time passes while a request is held: that one ends, and another is asked. */
async function pass(table: RealTable, seconds: number): Promise<void> {
  const gets = table.gateway.of('get').length;
  await table.held();
  table.clock.advance(25_000);
  table.service.advance(seconds * 1_000);
  await until(() => expect(table.gateway.of('get').length).toBeGreaterThan(gets));
}

/** Once there is one. */
async function seatOf({ relay }: RealTable) {
  await until(() => expect(relay.session).toBeDefined());
  return relay.session as NonNullable<typeof relay.session>;
}

/** The laptop sleeps for that long: what was held is lost, and nobody renews the ticket. */
async function sleep(table: RealTable, seconds: number): Promise<void> {
  const { clock, gateway, service } = table;
  await until(() => expect([gateway.faultsLeft, gateway.running]).toEqual([0, 1]));
  service.advance(seconds * 1_000);
  clock.advance(35_000);
  await until(() => expect(table.events.at(-1)).toBe('retrying:timeout'));
  await passWait(clock, 2_000);
}

describe('a login token', () => {
  it('that has run out is asked for anew, once', async () => {
    await using table = await laySigned(-1, 3_600);
    await open(table);
    expect(table.gateway.of('create').map(({ bearer }) => bearer)).toEqual(table.logins);
    expect(table.events).toEqual(OPEN);
  });

  it('that has run out although it is fresh is the end', async () => {
    await using table = await laySigned(-1);
    const created = table.relay.create();
    await expect(created).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    expect(table.logins).toHaveLength(2);
    const end = ['state:failed', 'error:unauthorized', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...end]);
  });

  it('that runs out while the player waits and plays disturbs nothing', async () => {
    await using table = await laySigned(5);
    const opened = table.relay.create();
    await pass(table, YOUNG);
    await table.link();
    await opened;
    await pass(table, YOUNG);
    await table.held();
    expect(table.logins).toHaveLength(1);
    expect(table.gateway.of('authorize')).toEqual([]);
    // The ticket was renewed on the way.
    expect(new Set(table.events)).toEqual(new Set(OPEN));
  });

  it('of a guest is replaced when the proxy no longer takes it', async () => {
    let stored = '';
    const guest = {
      load: () => stored,
      save(token: string) {
        stored = token;
      },
    };
    await using table = await layRealTable(
      { token: undefined, guest },
      { guests: { lifetime: 30 } },
    );
    await open(table);
    const first = stored;
    await table.relay.leave();
    table.service.advance(31_000);
    const before = table.events.length;
    await open(table);
    expect(table.events.slice(before)).toEqual(OPEN);
    expect(stored).not.toBe(first);
    expect(table.gateway.of('guest')).toHaveLength(2);
  });
});

describe('a ticket', () => {
  it('is renewed in time, and nobody logs in again', async () => {
    await using table = await laySigned(3_600);
    await open(table);
    const { ticket } = table.relay;
    await pass(table, AGEING);
    await until(() => expect(table.events).toEqual([...OPEN, 'session']));
    expect(table.relay.ticket).not.toBe(ticket);
    await pass(table, AGEING);
    await table.held();
    expect(table.logins).toHaveLength(1);
    expect(table.gateway.of('authorize')).toEqual([]);
  });

  it.each(['waiting', 'open'])(
    'that has run out is got anew, in the same seat: %s',
    async (state) => {
      await using table = await laySigned(5, 3_600);
      const { gateway, relay, simulator } = table;
      if (state === 'waiting') gateway.fault('get', 'silence');
      const opened = relay.create();
      if (state === 'open') {
        await table.held();
        await table.link();
        await opened;
        await table.held();
        gateway.fault('get', 'silence');
        await table.endWait();
      }
      const { player_id, session_id, ticket } = await seatOf(table);
      await sleep(table, OVER);
      // The session was linked meanwhile, where it was not yet.
      const slept =
        state === 'open'
          ? [...OPEN, 'retrying:timeout', 'session']
          : [...CREATING, 'retrying:timeout', ...LINKED];
      await until(() => expect(table.events).toEqual(slept));
      expect(relay.ticket).not.toBe(ticket);
      expect(gateway.of('authorize')).toMatchObject([
        { bearer: table.logins[1], body: { session_id } },
      ]);
      await table.held();
      await opened;
      expect(relay).toMatchObject({ state: 'open', role: 'server', session: { player_id } });
      expect(simulator.sessions()[0]?.session_users).toHaveLength(1);
    },
  );

  it('that has run out, of a player who cannot log in any more, is the end', async () => {
    await using table = await laySigned(3_600, -1, -1);
    await open(table);
    table.gateway.fault('get', 'silence');
    await table.endWait();
    await sleep(table, OVER);
    const end = ['state:failed', 'error:unauthorized', 'close:failed'];
    await until(() => expect(table.events).toEqual([...OPEN, 'retrying:timeout', ...end]));
    expect(table.logins).toHaveLength(3);
    expect(table.simulator.sessions()).toHaveLength(1);
  });

  it.each(['waiting', 'open', 'leave', 'kick'])(
    'is got anew by nobody else, whose seat stays theirs: %s',
    async (moment) => {
      let player = 'anna';
      await using table = await layRealTable({ token: () => table.login(player) });
      const { gateway, relay, simulator } = table;
      void relay.create();
      await table.held();
      const { session_id } = await seatOf(table);
      const ben = await table.client('ben');
      const { body: seat } = await ben.join({ session_id });
      await table.endWait();
      if (moment !== 'waiting') await table.link();
      await table.held();
      const { session } = relay;
      const before = table.events.length;
      player = 'ben';
      const refused = { code: 'unauthorized', message: expect.stringContaining('another') };
      if (moment === 'leave') {
        gateway.fault('delete', { status: 401 });
        await expect(relay.leave()).rejects.toMatchObject(refused);
      } else if (moment === 'kick') {
        gateway.fault('revoke', { status: 401 });
        await expect(relay.kick('ben')).rejects.toMatchObject(refused);
        expect(relay.session).toEqual(session);
        player = 'anna';
      } else {
        gateway.fault('get', { status: 401 });
        await table.passWait();
        const end = ['state:failed', 'error:unauthorized', 'close:failed'];
        await until(() => expect(table.events.slice(before)).toEqual(end));
      }
      expect(gateway.of('authorize')).toHaveLength(1);
      expect(simulator.sessions()).toHaveLength(1);
      expect((await ben.get(seat)).body).toMatchObject({ player_id: 'ben', role: 'client' });
    },
  );

  it('that is refused although it is fresh is the end: nothing goes in circles', async () => {
    await using table = await laySigned(3_600);
    const { gateway } = table;
    await open(table);
    gateway.fault('get', { status: 401 }, { status: 401 });
    await pass(table, YOUNG);
    const end = ['state:failed', 'error:unauthorized', 'close:failed'];
    await until(() => expect(table.events).toEqual([...OPEN, 'session', ...end]));
    expect(gateway.of('authorize')).toHaveLength(1);
  });

  it.each(['stored', 'not stored'])(
    'of a guest who resumed is got anew if the guest is %s',
    async (store) => {
      let token: string | undefined;
      let ticket = '';
      const guest = { load: () => (store === 'stored' ? token : undefined) };
      const keep = { load: () => ticket };
      await using table = await layRealTable({ token: undefined, guest, ticket: keep });
      const { gateway, relay } = table;
      const { session_id } = await table.host();
      const client = await GameClient.guest(gateway.url);
      token = client.token;
      ticket = (await client.join({ session_id })).body.ticket;
      await relay.resume();
      await table.held();
      const asked = gateway.of('authorize').length;
      gateway.fault('get', { status: 401 });
      await table.endWait();
      const resumed = ['state:requesting', ...LINKED];
      if (store === 'stored') {
        await until(() => expect(gateway.of('authorize')).toHaveLength(asked + 1));
        expect(gateway.of('authorize').slice(asked)).toMatchObject([{ bearer: token }]);
        await table.held();
        // The ticket was young: the proxy gives the same one.
        expect(table.events).toEqual(resumed);
        await relay.leave();
      } else {
        const end = ['state:failed', 'error:unauthorized', 'close:failed'];
        await until(() => expect(table.events).toEqual([...resumed, ...end]));
        expect(gateway.of('authorize')).toHaveLength(asked);
      }
    },
  );

  it('that has run out cannot be resumed', async () => {
    let ticket: string | undefined;
    const keep = { load: () => ticket };
    await using table = await laySignedWith({ ticket: keep }, 3_600);
    const { session_id } = await table.host();
    const anna = await table.client('anna');
    ticket = (await anna.join({ session_id })).body.ticket;
    table.service.advance(OVER * 1_000);
    await expect(table.relay.resume()).rejects.toMatchObject({ code: 'unauthorized' });
    const end = ['state:failed', 'error:unauthorized', 'close:failed'];
    expect(table.events).toEqual(['state:requesting', ...end]);
  });

  it('that is refused although it is fresh makes leave() reject', async () => {
    await using table = await laySigned(3_600);
    await open(table);
    table.gateway.fault('delete', { status: 401 }, { status: 401 });
    await expect(table.relay.leave()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(table.gateway.of('authorize')).toHaveLength(1);
    expect(table.events).toEqual([...OPEN, 'state:closed', 'close:left']);
  });
});
