import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/channel-protocol/frame.js';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import type { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

/** Two others who play while somebody attacks: each datagram comes back. */
async function bystanders(stack: GatewayStack) {
  const host = await (await stack.open(await stack.seat(0))).whenOpen();
  const client = await (await stack.open(await stack.seat(1))).whenOpen();
  host.onDatagram = (payload, id) => {
    if (payload.toString() === 'ping') host.send(payload, id);
  };
  return async () => {
    const before = client.datagrams.length;
    client.send(Buffer.from('ping'));
    await until(() => client.datagrams.length === before + 1);
  };
}

const GARBAGE: readonly (readonly [string, (page: PageClient) => void, number])[] = [
  ['text that is no JSON', ({ socket }) => socket.send('garbage'), 4400],
  ['JSON that says nothing', ({ socket }) => socket.send('{"type":"become-host"}'), 4400],
  ['an id that is none', ({ socket }) => socket.send('{"type":"echo","id":"1"}'), 4400],
  ['a bomb of brackets', ({ socket }) => socket.send('['.repeat(1_200)), 4400],
  ['the gateway’s own words', ({ socket }) => socket.send('{"type":"hello"}'), 4400],
  ['bytes that are no datagram', ({ socket }) => socket.send(Buffer.of(1)), 4400],
  ['no bytes', ({ socket }) => socket.send(Buffer.alloc(0)), 4400],
  ['a datagram that is too large', ({ socket }) => socket.send(Buffer.alloc(1_190)), 4400],
  ['a message of 64 KiB', ({ socket }) => socket.send(Buffer.alloc(65_536)), 1009],
  ['a text of 64 KiB', ({ socket }) => socket.send('x'.repeat(65_536)), 1009],
];

describe('a page that sends', () => {
  it.each(GARBAGE)('%s is closed, and nobody else is disturbed', async (_what, send, code) => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    const seat = await stack.seat(2);
    const page = await (await stack.open(seat)).whenOpen();
    send(page);
    expect(await page.whenClosed()).toMatchObject({ code });
    await until(() => seat.listeners.size === 0);
    expect(stack.log.at(-1)).toMatchObject({ what: 'closed', why: 'bad-message' });
    const { received, sent, dropped } = stack.gateway.stats().fromPage;
    expect([received, sent, dropped.malformed]).toEqual([1, 0, 1]);
    await ping();
  });

  it('raw bytes that are no WebSocket frames is cut', async () => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    const seat = await stack.seat(2);
    for (let round = 0; round < 20; round += 1) {
      const page = await stack.open(seat);
      const { _socket: raw } = page.socket as unknown as {
        _socket: { write(bytes: Buffer): void };
      };
      // The reserved bits are set, which no frame has here.
      raw.write(Buffer.concat([Buffer.of(0xff), randomBytes(200)]));
      await page.whenClosed();
    }
    await ping();
  });

  it('100,000 datagrams at once is slowed down; others play on, and memory stays bounded', async () => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    const page = await (await stack.open(await stack.seat(2))).whenOpen();
    const before = process.memoryUsage();
    const frame = encodeFrame(stack.clock.monotonic(), undefined, Buffer.alloc(200));
    for (let count = 0; count < 100_000; count += 1) page.socket.send(frame);
    const own = page.socket.bufferedAmount;
    for (let turn = 0; turn < 20; turn += 1) {
      await ping();
      stack.clock.advance(250);
      const { channels, waitingBytes, wires } = stack.gateway.stats();
      expect([channels, wires]).toEqual([3, 3]);
      expect(waitingBytes).toBeLessThan(64 * 1024);
    }
    expect(stack.gateway.stats().fromPage.received).toBeLessThan(50_000);
    // What the attacker itself holds is in the same process here.
    const { arrayBuffers } = process.memoryUsage();
    expect(arrayBuffers - before.arrayBuffers - own).toBeLessThan(32 * 1024 * 1024);
    for (let turn = 0; turn < 40; turn += 1) {
      stack.clock.advance(250);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await page.whenClosed()).toEqual({ code: 4429, reason: 'rate' });
    await ping();
  }, 60_000);

  it('probes without end is slowed down and closed as well', async () => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    const page = await (await stack.open(await stack.seat(2))).whenOpen();
    for (let turn = 0; turn < 80 && !page.closed; turn += 1) {
      for (let count = 0; count < 150; count += 1) {
        if (page.socket.readyState !== page.socket.OPEN) break;
        page.socket.send('{"type":"probe","id":1}');
      }
      await ping();
      stack.clock.advance(250);
    }
    expect(await page.whenClosed()).toEqual({ code: 4429, reason: 'rate' });
  }, 60_000);
});

describe('a program that pings without end', () => {
  it('is cut', async () => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    const page = await (await stack.open(await stack.seat(2))).whenOpen();
    for (let count = 0; count < 1_000; count += 1) page.socket.ping();
    for (let turn = 0; turn < 80 && !page.closed; turn += 1) {
      await ping();
      stack.clock.advance(250);
    }
    await page.whenClosed();
  });
});

describe('a page that never reads', () => {
  it('costs no memory, however much is sent to it and however many probes it sends', async () => {
    await using stack = await startGateway({}, 3);
    const host = await (await stack.open(await stack.seat(0))).whenOpen();
    const page = await (await stack.open(await stack.seat(1))).whenOpen();
    page.send(Buffer.from('hello'));
    await until(() => host.datagrams.length === 1);
    const id = host.datagrams[0]?.connectionId;
    page.socket.pause();
    for (let turn = 0; turn < 30; turn += 1) {
      for (let count = 0; count < 50; count += 1) host.send(Buffer.alloc(1_000), id);
      stack.clock.advance(250);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await until(() => stack.gateway.stats().toPage.received > 1_000);
    const { toPage, waitingBytes } = stack.gateway.stats();
    expect(toPage.sent).toBeLessThan(200);
    expect(waitingBytes).toBeLessThan(200_000);
    for (let turn = 0; turn < 60 && stack.gateway.stats().wires === 2; turn += 1) {
      stack.clock.advance(250);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(stack.log.some(({ what, why }) => what === 'wire-lost' && why === 'silent')).toBe(true);
  }, 60_000);
});

describe('what is logged', () => {
  it('holds no payload, token, ticket or address', async () => {
    await using stack = await startGateway({}, 3);
    const ping = await bystanders(stack);
    await ping();
    const seat = await stack.seat(2);
    const page = await (await stack.open(seat)).whenOpen();
    page.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    seat.end('revoked');
    stack.come({ ticket: 'some-forged-ticket' });
    await until(() => stack.log.some(({ what }) => what === 'refused'));
    const { userAuthorizationToken, sessionAuthorizationToken, relay } = seat.document;
    const lines = JSON.stringify(stack.log);
    for (const secret of [userAuthorizationToken, sessionAuthorizationToken, relay?.port]) {
      expect(lines).not.toContain(String(secret));
    }
    for (const secret of ['127.0.0.1', 'ticket-of', 'forged', 'ping', 'hello']) {
      expect(lines).not.toContain(secret);
    }
    expect(stack.log.map(({ what, why }) => [what, why])).toEqual([
      ['opened', undefined],
      ['opened', undefined],
      ['opened', undefined],
      ['wire-lost', 'closed'],
      ['closed', 'revoked'],
      ['refused', 'ticket'],
    ]);
    expect(stack.log[4]).toMatchObject({ channel: 3, session: 'session-1', player: seat.key });
  });

  it('ends nothing where it cannot be written', async () => {
    await using stack = await startGateway({
      log: () => {
        throw new Error('The disk is full.');
      },
    });
    await (await stack.open(await stack.seat(1))).whenOpen();
  });
});
