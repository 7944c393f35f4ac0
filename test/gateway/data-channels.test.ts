import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Udp } from '../../src/channel-protocol/control-messages.js';
import { createGateway, type GatewayLogEntry } from '../../src/gateway/index.js';
import { startDataChannels } from '../support/data-channel-page.js';
import { FakeSeats } from '../support/fake-seats.js';
import { startGateway } from '../support/gateway-stack.js';
import type { PageClient } from '../support/page-client.js';
import {
  answersOf,
  openRawDataChannel,
  type RawDataChannel,
  udpOf,
} from '../support/raw-data-channel.js';
import { until } from '../support/until.js';

const UDP = { udp: { port: 0, address: '127.0.0.1' } };
const GOOD = {
  ufrag: 'abcd',
  password: 'abcdefghijklmnopqrstuvwx',
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
};

const offer = (page: PageClient, more: object = {}) =>
  page.socket.send(JSON.stringify({ type: 'offer', id: 1, ...GOOD, ...more }));

/** The gateway's probes that came by a data channel, the newest last. */
const probesOf = ({ messages }: RawDataChannel) =>
  messages.map((text) => JSON.parse(String(text))).filter(({ type }) => type === 'probe');

/** Answers the newest of them. */
const answer = (peer: RawDataChannel) =>
  peer.channel.sendMessage(JSON.stringify({ type: 'echo', id: probesOf(peer).at(-1).id }));

/** By what the datagrams went, one after the other. */
const movesIn = (log: readonly GatewayLogEntry[]) =>
  log.filter(({ what }) => what === 'moved').map(({ why }) => why);

/** A page that may offer data channels, beside one that plays over its own. */
async function start(options = {}) {
  const game = await startDataChannels(options);
  const other = await game.page(0);
  await game.passUntil(() => other.channel.stats().wire === 'webrtc');
  const page = await game.stack.open(await game.stack.seat(1));
  await until(() => udpOf(page).length === 1);
  const isPlaying = async () => {
    const before = game.stack.gateway.stats().fromPage.received;
    await game.passUntil(() => {
      other.channel.send(Uint8Array.of(1), 1);
      return game.stack.gateway.stats().fromPage.received > before + 2;
    });
    return other.channel.stats().wire === 'webrtc' && other.channel.state === 'open';
  };
  return { game, other, page, isPlaying, [Symbol.asyncDispose]: () => game[Symbol.asyncDispose]() };
}

describe('a gateway with a UDP port', () => {
  it('tells a page where, once its wire is open, and answers an offer with its own end', async () => {
    await using stack = await startGateway(UDP);
    const page = await stack.open(await stack.seat(0));
    await until(() => udpOf(page).length === 1);
    expect(udpOf(page)[0]).toEqual({
      type: 'udp',
      addresses: ['127.0.0.1'],
      port: expect.any(Number),
    });
    offer(page, { id: 7 });
    await until(() => answersOf(page).length === 1);
    expect(answersOf(page)[0]).toMatchObject({ id: 7, ufrag: expect.stringMatching(/^\w{24}$/) });
    expect(stack.gateway.stats().dataChannels).toBe(1);
  });

  it('tells all the addresses and the public port that it was given, and its own where it was given none', async () => {
    await using stack = await startGateway({
      udp: { port: 0, address: ['203.0.113.5', '2001:db8::5'] },
    });
    const page = await stack.open(await stack.seat(0));
    await until(() => udpOf(page).length === 1);
    expect(udpOf(page)[0]?.addresses).toEqual(['203.0.113.5', '2001:db8::5']);
    await using mapped = await startGateway({ udp: { port: 0, publicPort: 40_000 } });
    const third = await mapped.open(await mapped.seat(0));
    await until(() => udpOf(third).length === 1);
    expect(udpOf(third)[0]?.port).toBe(40_000);
    await using own = await startGateway({ udp: { port: 0 } });
    const another = await own.open(await own.seat(0));
    await until(() => udpOf(another).length === 1);
    expect(udpOf(another)[0]?.addresses).toContain('127.0.0.1');
  });

  it('tells nothing of it to a page without a ticket', async () => {
    await using stack = await startGateway(UDP);
    const page = stack.come({ ticket: 'forged' });
    await page.whenClosed();
    expect(page.messages).toEqual([]);
    expect(stack.gateway.stats().dataChannels).toBe(0);
  });

  it('says so where another process has the port, and serves WebSockets', async () => {
    const taken = createSocket('udp4').bind(0);
    await once(taken, 'listening');
    const { port } = taken.address();
    await using stack = await startGateway({ udp: { port } });
    await until(() => stack.log.length > 0);
    expect(stack.log[0]).toMatchObject({ what: 'no-data-channels', why: 'port-taken' });
    const page = await stack.open(await stack.seat(0));
    await page.whenOpen();
    expect(udpOf(page)).toEqual([]);
    taken.close();
  });

  it('has the port again after another was closed in the same process', async () => {
    const probe = createSocket('udp4').bind(0);
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    for (let time = 0; time < 3; time += 1) {
      await using stack = await startGateway({ udp: { port } });
      const page = await stack.open(await stack.seat(0));
      await until(() => udpOf(page).length === 1);
      offer(page);
      await until(() => answersOf(page).length === 1);
    }
  });

  it.each([
    ['udp.port', { port: 65_536 }],
    ['udp.port', { port: 1.5 }],
    ['udp.publicPort', { port: 1, publicPort: 0 }],
    ['udp.publicPort', { port: 1, publicPort: 65_536 }],
    ['udp.address', { port: 1, address: 'studio.example' }],
    ['udp.address', { port: 1, address: ['203.0.113.5', '203.0.113.5:3478'] }],
  ])('refuses an option that is none: %s of %j', (name, udp) => {
    expect(() => createGateway({ seats: new FakeSeats(), udp })).toThrow(name);
  });
});

describe('a data channel that was left', () => {
  it('is not gone back to for an answer that comes late', async () => {
    await using bed = await start();
    const peer = await openRawDataChannel(bed.page);
    const moves = () => movesIn(bed.game.stack.log);
    await bed.game.passUntil(() => probesOf(peer).length === 1);
    answer(peer);
    await until(() => moves().length === 2);
    await bed.game.passUntil(() => probesOf(peer).length === 2);
    bed.page.socket.send(JSON.stringify({ type: 'back', id: peer.id }));
    await until(() => moves().length === 3);
    answer(peer);
    await bed.game.pass(1_000);
    // The first one is the other player's.
    expect(moves()).toEqual(['webrtc', 'webrtc', 'websocket']);
    peer.close();
  });
});

describe('nobody else is disturbed by', () => {
  it('offers that are none: their page’s wire alone is closed', async () => {
    const wrong = [
      { ufrag: 'a b' },
      { ufrag: 'abcd\r\na=candidate:1 1 UDP 1 10.0.0.1 53 typ host' },
      { password: 'short' },
      { fingerprint: 'sha-256 AB' },
      { fingerprint: `md5 ${GOOD.fingerprint.slice(8)}` },
      { ufrag: 7 },
      { id: -1 },
    ];
    await using bed = await start();
    for (const each of wrong) {
      const page = await bed.game.stack.open(await bed.game.stack.seat(1));
      offer(page, each);
      expect(await page.whenClosed()).toMatchObject({ code: 4400 });
    }
    expect(bed.game.stack.gateway.stats().dataChannels).toBe(1);
    expect(await bed.isPlaying()).toBe(true);
  });

  it('an offer of a megabyte', async () => {
    await using bed = await start();
    offer(bed.page, { sdp: 'x'.repeat(1_000_000) });
    expect(await bed.page.whenClosed()).toMatchObject({ code: 1009 });
    expect(await bed.isPlaying()).toBe(true);
  });

  it('candidates that name other machines: nothing is ever sent there', async () => {
    const victim = createSocket('udp4').bind(0, '127.0.0.1');
    await once(victim, 'listening');
    const { port } = victim.address();
    let hits = 0;
    victim.on('message', () => {
      hits += 1;
    });
    await using bed = await start();
    const candidate = `candidate:1 1 UDP 2122260223 127.0.0.1 ${port} typ host`;
    offer(bed.page, { candidates: [candidate], sdp: `a=${candidate}`, candidate });
    await until(() => answersOf(bed.page).length === 1);
    await bed.game.pass(5_000);
    expect(await bed.isPlaying()).toBe(true);
    expect(hits).toBe(0);
    victim.close();
  });

  it('offers upon offers: a page has one data channel, and is not answered while it asks too often', async () => {
    await using bed = await start();
    for (let id = 1; id <= 30; id += 1) offer(bed.page, { id });
    await until(() => answersOf(bed.page).length === 5);
    await bed.game.pass(3_000);
    expect(answersOf(bed.page)).toHaveLength(5);
    // Its own, and the other player's.
    expect(bed.game.stack.gateway.stats().dataChannels).toBe(2);
    expect(await bed.isPlaying()).toBe(true);
    // One that does not come up is given up.
    await bed.game.pass(15_000);
    expect(bed.game.stack.gateway.stats().dataChannels).toBe(1);
  });

  it('more data channels than there may be: who comes later stays on WebSocket', async () => {
    await using bed = await start({ limits: { dataChannels: 1 } });
    offer(bed.page);
    await bed.game.pass(500);
    expect(answersOf(bed.page)).toEqual([]);
    expect(bed.page.closed).toBeUndefined();
    expect(await bed.isPlaying()).toBe(true);
  });

  it('a flood on the UDP port, of noise and of ICE checks for nobody', async () => {
    await using bed = await start();
    const flood = createSocket('udp4');
    const { port } = udpOf(bed.page)[0] as Udp;
    const check = Buffer.alloc(28);
    check.writeUInt16BE(1, 0);
    check.writeUInt16BE(8, 2);
    check.writeUInt32BE(0x2112a442, 4);
    for (let round = 0; round < 20; round += 1) {
      for (let count = 0; count < 250; count += 1) {
        flood.send(count % 2 ? check : Buffer.alloc(1_000, count), port, '127.0.0.1');
      }
      await bed.game.pass(10);
    }
    expect(await bed.isPlaying()).toBe(true);
    expect(bed.game.stack.gateway.stats().dataChannels).toBe(1);
    flood.close();
  });

  it('a page that floods its data channel: it is closed, and its WebSocket is paused as ever', async () => {
    await using bed = await start();
    const peer = await openRawDataChannel(bed.page);
    await bed.game.passUntil(() => probesOf(peer).length === 1);
    answer(peer);
    await until(() => movesIn(bed.game.stack.log).length === 2);
    const datagram = new Uint8Array(20);
    for (let count = 0; count < 3_000; count += 1) peer.channel.sendMessageBinary(datagram);
    await until(() => peer.isClosed);
    expect(bed.game.stack.gateway.stats().fromPage.dropped.rate).toBeGreaterThan(400);
    expect(movesIn(bed.game.stack.log)).toEqual(['webrtc', 'webrtc', 'websocket']);
    expect(await bed.isPlaying()).toBe(true);
    expect(bed.page.closed).toBeUndefined();
    peer.close();
  });

  it('messages that are no datagrams: their page’s wires are closed', async () => {
    await using bed = await start();
    const peer = await openRawDataChannel(bed.page);
    peer.channel.sendMessage('{"type":"nothing"}');
    expect(await bed.page.whenClosed()).toMatchObject({ code: 4400 });
    await until(() => bed.game.stack.gateway.stats().dataChannels === 1);
    expect(await bed.isPlaying()).toBe(true);
    peer.close();
  });

  it('other data channels that a page opens on its connection', async () => {
    await using bed = await start();
    const peer = await openRawDataChannel(bed.page);
    for (let count = 0; count < 50; count += 1) peer.connection.createDataChannel(`more-${count}`);
    await bed.game.pass(500);
    expect(bed.game.stack.gateway.stats().dataChannels).toBe(2);
    expect(await bed.isPlaying()).toBe(true);
    peer.close();
  });
});
