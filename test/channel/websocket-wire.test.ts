import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { RelayChannel } from '../../src/channel/relay-channel.js';
import { websocketWire } from '../../src/channel/websocket-wire.js';
import type { WireTarget } from '../../src/channel/wire.js';
import { CLOSE_CODES } from '../../src/channel-protocol/close-codes.js';
import { decodeFrame } from '../../src/channel-protocol/frame.js';
import { RelayError } from '../../src/common/relay-error.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeGateway } from '../support/fake-gateway.js';
import { openFakeWindow } from '../support/fake-window.js';
import { until } from '../support/until.js';

const bytes = Uint8Array.of(1, 2, 3);

let gateway: FakeGateway;
let clock: FakeClock;
let documents: number;
let channel: RelayChannel | undefined;

beforeEach(async () => {
  gateway = await FakeGateway.start();
  clock = new FakeClock();
  documents = 0;
});

afterEach(async () => {
  channel?.close();
  channel = undefined;
  await gateway.close();
  vi.unstubAllGlobals();
  expect(clock.waits).toEqual([]);
});

function open({
  role = 'server' as const as 'server' | 'client',
  target = {} as Partial<WireTarget>,
} = {}) {
  gateway.role = role;
  const wire = websocketWire(WebSocket, clock);
  const told: unknown[][] = [];
  channel = new RelayChannel(
    wire,
    {
      endpoint: () => {
        throw new Error('not here');
      },
      gateway: () => ({ url: gateway.url, ticket: `ticket-${documents}` }),
      ...target,
    },
    role,
  );
  for (const name of ['state', 'datagram', 'error', 'close'] as const) {
    channel.on(name, (...payload: unknown[]) => {
      told.push([name, ...payload]);
    });
  }
  return { channel, told };
}

const untilState = (state: string) => until(() => expect(channel?.state).toBe(state));

/** The gateway of the document, or another one where one is asked for. */
function targetAt(url: string | undefined, asked: (string | undefined)[], other: string) {
  asked.push(url);
  return { url: url === undefined ? gateway.url : other, ticket: 'ticket' };
}

/** Lets time pass until the next wire is there. */
async function nextWire() {
  let come: Awaited<ReturnType<FakeGateway['welcome']>> | undefined;
  const next = gateway.welcome().then((wire) => {
    come = wire;
  });
  await until(() => {
    clock.advance(1_000);
    expect(come).toBeDefined();
  });
  await next;
  return come as NonNullable<typeof come>;
}

describe('a channel over WebSocket', () => {
  it('opens with its ticket as a subprotocol, checks, and is open', async () => {
    const { told } = open();
    const wire = await gateway.next();
    expect(wire.ticket).toBe('ticket-0');
    wire.hello();
    await untilState('checking');
    wire.say({ type: 'state', state: 'open' });
    await untilState('open');
    expect(told).toEqual([
      ['state', 'checking', 'connecting'],
      ['state', 'open', 'checking'],
    ]);
  });

  it('carries datagrams both ways, with the connection id on the host’s wire', async () => {
    const { channel, told } = open();
    const wire = await gateway.welcome();
    await untilState('open');
    expect(channel.send(bytes, 7)).toBe(true);
    await until(() => expect(wire.frames).toHaveLength(1));
    expect(decodeFrame(wire.frames[0] as Uint8Array, true)).toMatchObject({
      connectionId: 7,
      payload: bytes,
    });
    wire.datagram(Uint8Array.of(9), 8);
    await until(() => expect(told).toContainEqual(['datagram', Uint8Array.of(9), 8]));
    expect(channel.stats()).toMatchObject({ wire: 'websocket', sent: 1, received: 1 });
  });

  it('names nobody on a client’s wire', async () => {
    const { channel, told } = open({ role: 'client' });
    const wire = await gateway.welcome();
    await untilState('open');
    channel.send(bytes);
    wire.datagram(bytes, undefined);
    await until(() => expect(told).toContainEqual(['datagram', bytes, undefined]));
    expect(decodeFrame(wire.frames[0] as Uint8Array, false)?.payload).toEqual(bytes);
  });

  it('takes no wrong datagram, and counts none', async () => {
    const { channel } = open();
    await gateway.welcome();
    await untilState('open');
    const wrong: unknown[][] = [
      [bytes],
      [bytes, -1],
      [bytes, 2 ** 32],
      [bytes, 1.5],
      [new Uint8Array(1188), 1],
      ['text', 1],
      [[1, 2], 1],
      [new ArrayBuffer(1188), 1],
      [new Float64Array(149), 1],
      [undefined, 1],
    ];
    for (const call of wrong) {
      expect(() => channel.send(...(call as [Uint8Array, number]))).toThrow(RelayError);
    }
    expect(channel.send(new Uint8Array(1187), 1)).toBe(true);
    expect(channel.stats().sent).toBe(1);
  });

  it('takes a buffer and every view of one, and sends the bytes that it shows', async () => {
    const { channel } = open({ role: 'client' });
    const wire = await gateway.welcome();
    await untilState('open');
    const { buffer } = Uint8Array.of(9, 9, 9, 9, 1, 2, 3, 4, 9);
    const foreign = runInNewContext('Uint8Array.of(5, 6).buffer') as ArrayBuffer;
    for (const data of [
      buffer.slice(4, 8),
      new Uint8Array(buffer, 4, 4),
      new DataView(buffer, 4, 4),
      new Float32Array(buffer, 4, 1),
      foreign,
    ]) {
      expect(channel.send(data)).toBe(true);
    }
    await until(() => expect(wire.frames).toHaveLength(5));
    expect(wire.frames.map((frame) => [...(decodeFrame(frame, false)?.payload ?? [])])).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('drops and counts what it cannot send, before it is open and while it is lost', async () => {
    const { channel } = open();
    expect(channel.send(bytes, 1)).toBe(false);
    const wire = await gateway.welcome();
    await untilState('open');
    wire.socket.terminate();
    await untilState('reconnecting');
    expect(channel.send(bytes, 1)).toBe(false);
    expect(channel.stats().notSent['not-open']).toBe(2);
  });

  it('sends nothing into a wire whose other end stands still', async () => {
    const { channel } = open();
    const wire = await gateway.welcome();
    wire.answers = false;
    await untilState('open');
    channel.send(bytes, 1);
    clock.advance(2_001);
    expect(channel.send(bytes, 1)).toBe(false);
    expect(channel.stats().notSent.stalled).toBe(1);
  });

  it('hands nothing stale to the game', async () => {
    const { channel, told } = open();
    const wire = await gateway.welcome();
    await untilState('open');
    wire.datagram(bytes, 1, 1_000);
    await until(() => expect(channel.stats().received).toBe(1));
    clock.advance(300);
    wire.datagram(bytes, 1, 1_000);
    await until(() => expect(channel.stats().notReceived.late).toBe(1));
    expect(told.filter(([name]) => name === 'datagram')).toHaveLength(1);
  });

  it('answers probes, and measures the round trip', async () => {
    const { channel } = open();
    const wire = await gateway.welcome();
    wire.say({ type: 'probe', id: 41 });
    await until(() => expect(wire.messages).toContainEqual({ type: 'echo', id: 41 }));
    await until(() => expect(channel.stats().gatewayRoundTrip).toBe(0));
  });

  it('comes back with the newest document’s ticket, to the gateway’s own URL', async () => {
    const other = await FakeGateway.start();
    try {
      open();
      const wire = await gateway.next();
      wire.hello({ url: other.url });
      documents += 1;
      wire.say({ type: 'state', state: 'open' });
      await untilState('open');
      wire.socket.terminate();
      await untilState('reconnecting');
      clock.advance(2_000);
      const back = await other.welcome();
      expect(back.ticket).toBe('ticket-1');
      await untilState('open');
    } finally {
      channel?.close();
      await other.close();
    }
  });

  it('goes back to the document’s gateway where the own one is gone', async () => {
    const gone = await FakeGateway.start();
    open();
    const wire = await gateway.next();
    wire.hello({ url: gone.url });
    await gone.close();
    await untilState('checking');
    wire.socket.terminate();
    await untilState('reconnecting');
    await nextWire();
    await untilState('open');
  });

  it('moves to another gateway where its own stops, and the old wire carries on until then', async () => {
    const other = await FakeGateway.start();
    try {
      const asked: (string | undefined)[] = [];
      const { told } = open({ target: { gateway: (url) => targetAt(url, asked, other.url) } });
      const wire = await gateway.welcome();
      await untilState('open');
      wire.say({ type: 'move', url: 'elsewhere' });
      const next = await other.next();
      expect(channel?.send(bytes, 1)).toBe(true);
      await until(() => expect(wire.frames).toHaveLength(1));
      wire.datagram(bytes, 2);
      await until(() => expect(told).toContainEqual(['datagram', bytes, 2]));
      next.hello();
      expect(await wire.closed).toBe(4000);
      next.say({ type: 'state', state: 'open' });
      await until(() => expect(told.at(-1)).toEqual(['state', 'open', 'checking']));
      expect(channel?.send(bytes, 1)).toBe(true);
      await until(() => expect(next.frames).toHaveLength(1));
      expect(told.filter(([, state]) => state === 'reconnecting')).toEqual([]);
      expect(asked).toContain('elsewhere');
    } finally {
      channel?.close();
      await other.close();
    }
  });

  it('tries again where the other gateway does not take it, and plays on meanwhile', async () => {
    open({ target: { gateway: () => ({ url: gateway.url, ticket: 'ticket' }) } });
    const wire = await gateway.welcome();
    await untilState('open');
    wire.say({ type: 'move', url: 'elsewhere' });
    (await gateway.next()).socket.close(CLOSE_CODES.closing);
    await until(() => expect(clock.waits).toHaveLength(2));
    expect([channel?.state, channel?.send(bytes, 1)]).toEqual(['open', true]);
    (await nextWire()).hello();
    expect(await wire.closed).toBe(4000);
  });

  it('opens another wire without a pause where its gateway closes it because it stops', async () => {
    open();
    const wire = await gateway.welcome();
    await untilState('open');
    wire.socket.close(CLOSE_CODES.moved);
    // No time passes.
    await gateway.welcome();
    await untilState('open');
  });

  it('waits for another ticket where the gateway refuses one, and gives up at the second refusal', async () => {
    const { told } = open();
    (await gateway.next()).socket.close(CLOSE_CODES.ticket);
    await until(() => expect(clock.waits.length).toBeGreaterThan(0));
    clock.advance(10_000);
    expect(gateway.wires).toHaveLength(1);
    documents += 1;
    await until(() => {
      clock.advance(1_000);
      expect(gateway.wires).toHaveLength(2);
    }, 50);
    expect(gateway.wires[1]?.ticket).toBe('ticket-1');
    gateway.wires[1]?.socket.close(CLOSE_CODES.ticket);
    await untilState('closed');
    expect(told.at(-2)).toMatchObject(['error', { code: 'unauthorized' }]);
    expect(told.at(-1)).toEqual(['close', 'failed']);
  });

  for (const [code, reason, close, error] of [
    [CLOSE_CODES.revoked, '', 'revoked', undefined],
    [CLOSE_CODES.revoked, 'origin', 'failed', 'forbidden'],
    [CLOSE_CODES.ended, '', 'deleted', undefined],
    [CLOSE_CODES.replaced, '', 'replaced', undefined],
    [CLOSE_CODES.badMessage, '', 'failed', 'bad-request'],
  ] as const) {
    it(`ends with "${close}" at ${code} ${reason}`, async () => {
      const { told } = open();
      (await gateway.welcome()).socket.close(code, reason);
      await untilState('closed');
      expect(
        told.filter(([name]) => name === 'error').map(([, each]) => (each as RelayError).code),
      ).toEqual(error ? [error] : []);
      expect(told.at(-1)).toEqual(['close', close]);
    });
  }

  it('leaves a gateway alone that has had too much, and gives up at the second time', async () => {
    const { told } = open();
    (await gateway.welcome()).socket.close(CLOSE_CODES.tooMany);
    await untilState('reconnecting');
    clock.advance(4_999);
    expect(gateway.wires).toHaveLength(1);
    clock.advance(1);
    (await gateway.welcome()).socket.close(CLOSE_CODES.tooMany);
    await untilState('closed');
    expect(told.at(-2)).toMatchObject(['error', { code: 'rate-limited' }]);
  });

  it('takes a wire that says nothing for lost, but not one that slept with its page', async () => {
    open();
    const wire = await gateway.welcome();
    await untilState('open');
    clock.sleep(3_600_000);
    expect(channel?.state).toBe('open');
    clock.advance(3_000);
    expect(channel?.state).toBe('reconnecting');
    await wire.closed;
    await nextWire();
    await untilState('open');
  });

  it('hands on nothing that waited while its page stood still, and opens another wire', async () => {
    const { channel, told } = open();
    const wire = await gateway.welcome();
    await untilState('open');
    clock.sleep(40_000);
    wire.datagram(bytes, 1, 1_000);
    await untilState('reconnecting');
    expect(told.filter(([name]) => name === 'datagram')).toEqual([]);
    clock.advance(1_000);
    await gateway.welcome();
    await untilState('open');
    expect(channel.stats().received).toBe(0);
  });

  it('puts its wire away with the page, and opens another when the page is back', async () => {
    const window = openFakeWindow();
    open();
    const wire = await gateway.welcome();
    await untilState('open');
    window.happen('pagehide', true);
    expect(await wire.closed).toBe(4000);
    expect(channel?.state).toBe('reconnecting');
    clock.advance(60_000);
    expect(gateway.wires).toHaveLength(1);
    window.happen('pageshow', true);
    await gateway.welcome();
    await untilState('open');
  });

  it('opens another wire at once when the network is back, and waits while there is none', async () => {
    const window = openFakeWindow();
    open();
    const wire = await gateway.welcome();
    await untilState('open');
    window.setOnline(false);
    wire.socket.terminate();
    await untilState('reconnecting');
    clock.advance(29_999);
    expect(gateway.wires).toHaveLength(1);
    window.setOnline(true);
    await gateway.welcome();
    await untilState('open');
  });

  it('leaves no listener and no timer behind', async () => {
    const window = openFakeWindow();
    const { channel } = open();
    const wire = await gateway.welcome();
    await untilState('open');
    channel.close();
    expect(await wire.closed).toBe(1000);
    expect([...window.listeners]).toEqual([]);
    expect(clock.waits).toEqual([]);
    expect(channel.send(bytes, 1)).toBe(false);
  });

  it('fails with a sentence where the session has no gateway', async () => {
    const { told } = open({ target: { gateway: () => undefined } });
    await untilState('closed');
    expect(told.at(-2)).toMatchObject(['error', { code: 'invalid-state' }]);
  });
});
