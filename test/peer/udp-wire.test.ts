import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openChannel } from '../../src/channel/open-channel.js';
import { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayError } from '../../src/common/relay-error.js';
import type { Endpoint } from '../../src/connection/endpoint.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { encodeFromRelay } from '../../src/datagram/index.js';
import type { Lookup } from '../../src/peer/index.js';
import { udpWire } from '../../src/peer/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { fencesOf } from '../support/fences.js';
import { openUdpSockets } from '../support/open-sockets.js';
import { ScriptedRelay } from '../support/scripted-relay.js';
import { failToSendData } from '../support/send-faults.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const bytes = Uint8Array.of(1, 2, 3);

let channel: RelayChannel | undefined;
afterEach(() => {
  channel?.close();
  channel = undefined;
});

/** A client's channel to a relay that says what the test wants. */
function open(relay: ScriptedRelay, change: Partial<Endpoint> = {}, lookup?: Lookup) {
  const clock = new FakeClock();
  const endpoint: { now: Endpoint } = {
    now: {
      role: 'client',
      host: '127.0.0.1',
      ip: undefined,
      port: relay.port,
      protocol: 'UDP',
      link: '',
      sessionAuthorizationToken: 1,
      userAuthorizationToken: 2,
      ...change,
    },
  };
  const target = { endpoint: () => endpoint.now, gateway: () => undefined };
  channel = new RelayChannel(udpWire({ clock, lookup }), target, 'client');
  const told: unknown[][] = [];
  for (const name of ['state', 'error', 'close'] as const) {
    channel.on(name, (...payload: unknown[]) => void told.push([name, ...payload]));
  }
  return { channel, clock, endpoint, told };
}

/** Lets time pass until the channel is in a state. */
const passUntil = (clock: FakeClock, state: string) =>
  until(() => {
    clock.advance(250);
    expect(channel?.state).toBe(state);
  });

describe('a channel over UDP', () => {
  it('opens once the relay has found the player valid', async () => {
    await using relay = await ScriptedRelay.start();
    relay.state = 'checking';
    const { channel, clock, told } = open(relay);
    await until(() => channel.state === 'checking');
    relay.state = 'valid';
    await passUntil(clock, 'open');
    expect(told).toEqual([
      ['state', 'checking', 'connecting'],
      ['state', 'open', 'checking'],
    ]);
    expect(channel.stats()).toMatchObject({
      wire: 'udp',
      gatewayRoundTrip: undefined,
      relayRoundTrip: expect.any(Number),
      gateway: undefined,
    });
  });

  it('counts what it cannot send, before it is open and once it is closed', async () => {
    await using relay = await ScriptedRelay.start();
    const { channel, endpoint } = open(relay);
    expect(channel.send(bytes)).toBe(false);
    await until(() => channel.state === 'open');
    expect(channel.send(bytes)).toBe(true);
    await until(() => relay.data.length === 1);
    channel.close();
    expect(channel.send(bytes)).toBe(false);
    expect(channel.stats()).toMatchObject({ sent: 1, notSent: { 'not-open': 2 } });
    const nothing = () => {};
    const listener = {
      onUp: nothing,
      onRelay: nothing,
      onTally: nothing,
      sent: () => 0,
      onMoved: nothing,
      onLost: nothing,
      onDatagram: nothing,
      onDrop: nothing,
      onEnd: nothing,
    };
    const target = { endpoint: () => endpoint.now, gateway: () => undefined };
    const wire = udpWire().open(target, 'client', listener);
    expect(wire.send(bytes, undefined)).toBe('not-open');
    wire.close();
  });

  it.each([
    ['ENETUNREACH', 'open'],
    ['ECONNREFUSED', 'reconnecting'],
  ] as const)(
    'counts what it took and the system did not send: %s leaves it %s',
    async (code, state) => {
      await using relay = await ScriptedRelay.start();
      const { channel } = open(relay);
      await until(() => channel.state === 'open');
      channel.send(bytes);
      await until(() => relay.data.length === 1);
      expect(channel.stats()).toMatchObject({ sent: 1, unsent: 0 });
      using _faults = failToSendData(code);
      for (let count = 0; count < 3; count += 1) expect(channel.send(bytes)).toBe(true);
      await until(() => channel.stats().unsent === 3);
      expect(channel.state).toBe(state);
      const { sent, unsent = 0 } = channel.stats();
      expect(sent - unsent).toBe(relay.data.length);
    },
  );

  it.each(['invalid', 'session-timeout', 'error', 'disconnected', undefined] as const)(
    'is lost while the relay says "%s", and comes back when it says valid',
    async (state) => {
      await using relay = await ScriptedRelay.start();
      const { channel, clock, told } = open(relay);
      await until(() => channel.state === 'open');
      relay.state = state;
      await passUntil(clock, 'reconnecting');
      expect(channel.send(bytes)).toBe(false);
      relay.state = 'valid';
      await passUntil(clock, 'open');
      expect(told.slice(2)).toEqual([
        ['state', 'reconnecting', 'open'],
        ['state', 'checking', 'reconnecting'],
        ['state', 'open', 'checking'],
      ]);
      expect(relay.data).toEqual([]);
    },
  );

  it('hands on bytes as a page gets them: a slice is a copy of the datagram, and of nothing around it', async () => {
    await using relay = await ScriptedRelay.start();
    const { channel } = open(relay);
    await until(() => channel.state === 'open');
    const heard: Uint8Array[] = [];
    channel.on('datagram', (payload) => heard.push(payload));
    relay.send(encodeFromRelay({ type: 'data', payload: bytes }, 'client'));
    await until(() => heard.length === 1);
    const [payload] = heard;
    expect(payload?.constructor).toBe(Uint8Array);
    expect(new Uint8Array(payload?.slice().buffer ?? [])).toEqual(bytes);
  });

  it('moves to the relay that the session moves to, and hears no more of the one before', async () => {
    await using before = await ScriptedRelay.start();
    await using after = await ScriptedRelay.start();
    after.state = 'checking';
    const { channel, clock, endpoint, told } = open(before);
    await until(() => channel.state === 'open');
    const sockets = openUdpSockets();
    endpoint.now = { ...endpoint.now, port: after.port };
    channel.onMoved();
    expect(channel.state).toBe('checking');
    await until(() => after.pings > 0);
    await until(() => openUdpSockets() === sockets);
    after.state = 'valid';
    await passUntil(clock, 'open');
    expect(told).toHaveLength(4);
  });

  it('stays where it is when the relay is told again and is the same', async () => {
    await using relay = await ScriptedRelay.start();
    const { channel, endpoint } = open(relay);
    await until(() => channel.state === 'open');
    endpoint.now = { ...endpoint.now };
    channel.onMoved();
    expect(channel.state).toBe('open');
  });

  it('looks a host up again that has no address', async () => {
    await using relay = await ScriptedRelay.start();
    let asked = 0;
    const lookup: Lookup = async () => {
      asked += 1;
      if (asked < 3) throw new RelayError('network', 'There is none.');
      return { address: '127.0.0.1', family: 4 };
    };
    const { clock } = open(relay, { host: 'relay.example' }, lookup);
    await until(() => asked === 1 && clock.pending > 0);
    expect(clock.waits).toEqual([225]);
    await passUntil(clock, 'open');
    expect(asked).toBe(3);
  });

  it.each([
    [{ host: '' }, 'invalid-state'],
    [{ userAuthorizationToken: -1 }, 'invalid-request'],
  ])('fails where there is no way to the relay: %j', async (change, code) => {
    await using relay = await ScriptedRelay.start();
    const { told } = open(relay, change);
    await until(() => channel?.state === 'closed');
    expect(told.slice(-2)).toMatchObject([
      ['error', { code }],
      ['close', 'failed'],
    ]);
  });

  it('leaves no socket and no timer behind, whenever it is closed', async () => {
    await using relay = await ScriptedRelay.start();
    const sockets = openUdpSockets();
    const early = open(relay);
    early.channel.close();
    const { channel, clock } = open(relay);
    await until(() => channel.state === 'open');
    channel.close();
    clock.advance(250);
    await until(() => openUdpSockets() === sockets);
    expect([early.clock.pending, clock.pending]).toEqual([0, 0]);
    expect(early.told).toEqual([
      ['state', 'closed', 'connecting'],
      ['close', 'closed'],
    ]);
  });
});

describe('a game with UDP', () => {
  it('plays by the page’s example, host and client, through the simulated relay', async () => {
    await using stack = await startStack({ linkDelay: 20, relay: { checkDelay: 20 } });
    const { play } = await loadExample();
    const says = vi.spyOn(console, 'log').mockImplementation(() => {});
    const said = (word: string) => says.mock.calls.map((call) => call.join(' ')).includes(word);
    try {
      const host = await play(stack.proxyUrl);
      await using _host = host.relay;
      const client = await play(stack.proxyUrl, host.relay.joinCode);
      await using _client = client.relay;
      await until(() => {
        client.channel.send(new TextEncoder().encode('there and back'));
        expect(said('there and back')).toBe(true);
      }, 50);
      const { sent } = client.channel.stats();
      await until(() => expect(client.channel.stats().received).toBe(sent));
      expect(host.channel.stats()).toMatchObject({ wire: 'udp', sent, received: sent });
    } finally {
      says.mockRestore();
    }
  });

  it('follows its session to another relay, and ends with its connection', async () => {
    await using stack = await startStack({ linkDelay: 20, relay: { checkDelay: 20 } });
    await using relay = new RelayConnection(stack.proxyUrl);
    await using joiner = new RelayConnection(stack.proxyUrl);
    const { port } = await relay.create();
    channel = await openChannel(relay, { wire: udpWire() });
    const told: string[] = [];
    channel.on('state', (state) => told.push(state));
    channel.on('close', (reason) => told.push(reason));
    await stack.simulator.relink(relay.session?.session_id ?? '');
    // The proxy learns of it with the next player.
    await joiner.join(relay.joinCode ?? '');
    await until(() => expect(told.at(-1)).toBe('open'));
    expect(told.slice(-2)).toEqual(['checking', 'open']);
    expect(relay.endpoint?.port).not.toBe(port);
    await relay.leave();
    expect(told.slice(-2)).toEqual(['closed', 'left']);
  });

  it('is told that there is no way but the gateway where the studio hides its relays', async () => {
    const gateway = { only: true };
    await using stack = await startStack({ linkDelay: 20 }, { gateway });
    await using relay = new RelayConnection(stack.proxyUrl, { via: 'gateway' });
    await relay.create();
    await expect(openChannel(relay, { wire: udpWire() })).rejects.toMatchObject({
      code: 'invalid-state',
      message: expect.stringContaining('gateway'),
    });
  });
});

/** The example of the channel's page as a module, with this repository as the package. */
async function loadExample() {
  const fence = fencesOf('docs/channel.md', 'ts').find(({ text }) => text.includes('udpWire'));
  const folder = await mkdtemp(join('test', 'peer', 'example-'));
  try {
    const file = join(folder, 'example.ts');
    const own = (fence?.text ?? '')
      .replace("'relais'", "'../../../src/index.js'")
      .replace("'relais/udp'", "'../../../src/peer/index.js'");
    await writeFile(file, own);
    return (await import(join(process.cwd(), file))) as {
      play(
        proxyUrl: string,
        code?: string,
      ): Promise<{ relay: RelayConnection; channel: RelayChannel }>;
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
