import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import type { Wire, WireListener } from '../../src/channel/wire.js';
import { FakeGateway } from '../support/fake-gateway.js';
import { layTable, open as openConnection, type Table } from '../support/table.js';
import { until } from '../support/until.js';

// What becomes of a channel when something becomes of its connection. The proxy and the gateway do what a test says.

const channels: RelayChannel[] = [];
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

/** A host's connection that is open, at a proxy with a gateway. */
async function lay(): Promise<Table & { readonly gateway: FakeGateway }> {
  const gateway = await FakeGateway.start();
  const table = await layTable({ via: 'gateway' });
  await openConnection(table);
  table.proxy.change({ gateway: { url: gateway.url, ticket: 'ticket' } });
  await until(() => expect(table.relay.session?.gateway).toBeDefined());
  const dispose = table[Symbol.asyncDispose].bind(table);
  return Object.assign(table, {
    gateway,
    async [Symbol.asyncDispose]() {
      for (const channel of channels.splice(0)) channel.close();
      await dispose();
      await gateway.close();
    },
  });
}

/** Keeps what a channel tells of its end. */
function record(channel: RelayChannel) {
  channels.push(channel);
  const told: string[] = [];
  channel.on('error', ({ code }) => told.push(code));
  channel.on('close', (reason) => told.push(reason));
  return { channel, told };
}

/** The connection's channel, open, by the gateway. */
async function openByGateway({ clock, gateway, relay }: Awaited<ReturnType<typeof lay>>) {
  const opening = openChannel(relay, { WebSocket, clock });
  const wire = await gateway.welcome();
  return { wire, ...record(await opening) };
}

/** A wire that is open at once, and that a test has in its hands. */
function wireInHand() {
  const moves: number[] = [];
  let listener: WireListener | undefined;
  const wire: Wire = {
    name: 'udp',
    open(target, _role, given) {
      listener = given;
      queueMicrotask(() => {
        given.onUp();
        given.onRelay(true);
      });
      return {
        send: () => undefined,
        onMoved: () => void moves.push(target.endpoint()?.port ?? 0),
        measures: () => ({
          gatewayRoundTrip: undefined,
          relayRoundTrip: undefined,
          gateway: undefined,
        }),
        close() {},
      };
    },
  };
  return { wire, moves, listener: () => listener };
}

const ENDS: readonly (readonly [string, (table: Table) => unknown, string[]])[] = [
  ['is left', ({ relay }) => void relay.leave(), ['left']],
  ['finds its session ended', ({ proxy }) => proxy.delete(), ['deleted']],
  ['finds its seat taken away', ({ proxy }) => proxy.revoke('anna'), ['revoked']],
  ['fails', ({ proxy }) => proxy.change({ error: 'It broke.' }), ['session-failed', 'failed']],
];

describe('a channel follows its connection', () => {
  it.each(ENDS)('when that %s, whatever the game does with its own listeners', async (...each) => {
    const [, act, expected] = each;
    await using table = await lay();
    const { told } = await openByGateway(table);
    const { relay } = table;
    relay.off('close').off('error').removeListener('linked');
    relay.removeAllListeners();
    act(table);
    await until(() => expect(told).toEqual(expected));
    expect(relay.followers.size).toBe(0);
  });

  it('to another relay, whatever the game does with its own listeners', async () => {
    await using table = await lay();
    const { wire, moves } = wireInHand();
    record(await openChannel(table.relay, { wire, clock: table.clock }));
    table.relay.off('linked');
    table.relay.removeAllListeners();
    table.proxy.link(41_000);
    await until(() => expect(moves).toEqual([41_000]));
  });

  it('and not to the session after: it closes, and the next session has a channel of its own', async () => {
    await using table = await lay();
    const { told, wire } = await openByGateway(table);
    const { gateway, proxy, relay } = table;
    void relay.leave();
    const again = relay.create();
    expect(told).toEqual(['left']);
    expect(await wire.closed).toBe(1000);
    await until(() => expect([proxy.sessions.size, proxy.held]).toEqual([1, 1]));
    proxy.change({ gateway: { url: gateway.url, ticket: 'next' } });
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await again;
    const next = await openByGateway(table);
    expect([next.wire.ticket, next.channel.state, told]).toEqual(['next', 'open', ['left']]);
  });

  it('and is held by nothing once it is closed', async () => {
    await using table = await lay();
    const { channel } = await openByGateway(table);
    expect(table.relay.followers.size).toBe(1);
    channel.removeAllListeners();
    channel.close();
    expect(table.relay.followers.size).toBe(0);
  });

  it('and does not open for one that the game left the moment that it was open', async () => {
    const gateway = await FakeGateway.start();
    await using table = await layTable({ via: 'gateway' });
    const { clock, proxy, relay } = table;
    relay.on('open', () => void relay.leave());
    void relay.create();
    const opening = openChannel(relay, {
      WebSocket,
      clock,
    });
    await until(() => expect(proxy.held).toBe(1));
    proxy.change({ gateway: { url: gateway.url, ticket: 'ticket' } });
    await until(() => expect(proxy.held).toBe(1));
    proxy.link();
    await expect(opening).rejects.toMatchObject({
      code: 'invalid-state',
      message: expect.stringContaining('call create'),
    });
    expect([gateway.wires.length, relay.followers.size]).toEqual([0, 0]);
    await gateway.close();
  });
});

describe('a host who becomes a client', () => {
  const change = ({ proxy }: Table) => {
    const [anna] = proxy.session.players;
    Object.assign(anna ?? {}, { role: 'client' });
    proxy.change({});
  };

  it.each(['by the gateway', 'over UDP'])('is told to open another channel, %s', async (way) => {
    await using table = await lay();
    const { told } =
      way === 'over UDP'
        ? record(await openChannel(table.relay, { wire: wireInHand().wire, clock: table.clock }))
        : await openByGateway(table);
    change(table);
    await until(() => expect(told).toEqual(['invalid-state', 'failed']));
    expect(table.relay.state).toBe('open');
    table.gateway.role = 'client';
    const { channel } = await openByGateway(table);
    expect(channel.send(Uint8Array.of(1))).toBe(true);
  });

  it('is told so by a wire that comes back, before the connection knows', async () => {
    await using table = await lay();
    const { told, wire } = await openByGateway(table);
    table.gateway.role = 'client';
    wire.socket.close(4500, 'role');
    void table.gateway.next().then((next) => next.hello({ returned: false }));
    await until(() => {
      table.clock.advance(250);
      expect(told).toEqual(['invalid-state', 'failed']);
    });
  });
});
