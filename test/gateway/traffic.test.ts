import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/channel-protocol/frame.js';
import type { GatewayTotals } from '../../src/gateway/index.js';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import { failToSendData } from '../support/send-faults.js';
import { until } from '../support/until.js';

/** Far more than anybody sends. */
const UNLIMITED = { datagramsPerSecond: 1_000_000, bytesPerSecond: 1_000_000_000 };

async function play(stack: GatewayStack) {
  const seats = [await stack.seat(0), await stack.seat(1)] as const;
  const host = await (await stack.open(seats[0])).whenOpen();
  const client = await (await stack.open(seats[1])).whenOpen();
  return { host, client, hostSeat: seats[0], clientSeat: seats[1] };
}

/** What of a direction went nowhere and has no cause: none. */
function unaccounted({ received, sent, dropped }: GatewayTotals['fromPage' | 'toPage']): number {
  return Object.values(dropped).reduce((left, count) => left - count, received - sent);
}

describe('datagrams', () => {
  it('from a page are dropped where they come 250 ms later than the quickest, near and far alike', async () => {
    await using stack = await startGateway();
    const { host, client } = await play(stack);
    const now = stack.clock.monotonic();
    const say = (text: string, age: number) => client.send(Buffer.from(text), undefined, now - age);
    say('near', 0);
    say('fresh', 250);
    say('late', 251);
    say('later', 10_000);
    say('last', 200);
    await until(() => host.datagrams.length === 3);
    expect(host.datagrams.map(({ payload }) => payload.toString())).toEqual([
      'near',
      'fresh',
      'last',
    ]);
    const { fromPage, ages } = stack.gateway.stats();
    expect(fromPage).toMatchObject({ received: 5, sent: 3, dropped: { late: 2 } });
    expect(ages).toEqual([1, 0, 0, 0, 2, 2]);
  });

  it('are counted by what kept them: the relay that is not open yet', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    seat.document = { ...seat.document, isOpen: false };
    const page = await stack.open(seat);
    page.send(Buffer.from('too early'));
    await until(() => stack.gateway.stats().fromPage.dropped['not-open'] === 1);
    seat.update({ isOpen: true });
    await page.whenOpen();
    page.send(Buffer.from('now'));
    await until(() => stack.gateway.stats().fromPage.sent === 1);
    expect(unaccounted(stack.gateway.stats().fromPage)).toBe(0);
  });

  it.each(['ENOBUFS', 'ECONNREFUSED'])(
    'are counted by what kept them: the system that does not send, %s',
    async (code) => {
      await using stack = await startGateway();
      const { host, client } = await play(stack);
      client.send(Buffer.from('before'));
      await until(() => host.datagrams.length === 1);
      using _faults = failToSendData(code);
      for (let count = 0; count < 10; count += 1) client.send(Buffer.from('lost'));
      await until(() => stack.gateway.stats().fromPage.received === 11);
      await until(() => stack.gateway.stats().fromPage.sent === 1);
      const { fromPage } = stack.gateway.stats();
      expect(fromPage.dropped.socket).toBeGreaterThan(0);
      expect(unaccounted(fromPage)).toBe(0);
    },
  );

  it('to a page that reads no more are dropped, few are on their way, and none of them is stale', async () => {
    await using stack = await startGateway({ limits: UNLIMITED });
    const { host, client } = await play(stack);
    client.send(Buffer.from('hello'));
    await until(() => host.datagrams.length === 1);
    const id = host.datagrams[0]?.connectionId;
    client.socket.pause();
    const size = 1_000;
    for (let count = 1; count <= 1_000; count += 1) {
      host.send(Buffer.alloc(size), id);
      if (count % 50 === 0) await until(() => stack.gateway.stats().toPage.received >= count);
    }
    const { toPage } = stack.gateway.stats();
    expect(toPage.sent * size).toBeLessThan(70 * 1024);
    expect(toPage.dropped.congested).toBeGreaterThan(900);
    expect(unaccounted(toPage)).toBe(0);
    stack.clock.advance(5_000);
    host.send(Buffer.alloc(size), id);
    await until(() => stack.gateway.stats().toPage.dropped.stalled === 1);
    client.socket.resume();
    // One of them was the host's.
    await until(() => client.datagrams.length === toPage.sent - 1);
    // And play goes on.
    await until(() => client.of('probe').length > 0);
    const before = stack.gateway.stats().toPage.sent;
    for (; stack.gateway.stats().toPage.sent === before; await new Promise(setImmediate)) {
      host.send(Buffer.from('again'), id);
    }
  });

  it('are counted exactly, 100,000 of them, with faults: sent = received + dropped', async () => {
    await using stack = await startGateway({ limits: UNLIMITED });
    const { host, client, clientSeat } = await play(stack);
    host.onDatagram = (payload, id) => host.send(payload, id);
    const { userAuthorizationToken } = clientSeat.document;
    let page = client;
    let sent = 0;
    const burst = async () => {
      for (let count = 0; count < 200; count += 1, sent += 1) {
        const age = sent % 17 === 16 ? 300 : 0;
        page.send(Buffer.alloc(20), undefined, stack.clock.monotonic() - age);
      }
      // All of the page's own, and as many of the host's as it has sent back.
      await until(() => stack.gateway.stats().fromPage.received === sent + host.datagrams.length);
      stack.clock.advance(1);
    };
    while (sent < 50_000) {
      await burst();
      if (sent % 10_000 === 0) {
        page.cut();
        await until(() => stack.gateway.stats().wires === 1);
        page = await stack.open(clientSeat);
      }
      if (sent % 15_000 === 0) {
        clientSeat.update({ userAuthorizationToken: 1 });
        await until(() => page.state === 'checking');
        await burst();
        clientSeat.update({ userAuthorizationToken });
        for (; page.state !== 'open'; await new Promise((done) => setTimeout(done, 2))) {
          stack.clock.advance(250);
        }
      }
    }
    // The host's last ones may be on their way still.
    const { fromPage, toPage } = await until(() => {
      const totals = stack.gateway.stats();
      expect(totals.fromPage.received).toBe(sent + host.datagrams.length);
      return totals;
    });
    expect(fromPage.received + toPage.received).toBeGreaterThan(100_000);
    expect([unaccounted(fromPage), unaccounted(toPage)]).toEqual([0, 0]);
    expect(fromPage.dropped.late).toBeGreaterThan(2_500);
    expect(fromPage.dropped['not-open']).toBeGreaterThan(100);
  }, 120_000);
});

describe('the rate', () => {
  it('of a seat is bounded: what is over it is dropped and counted, the wire is not read for a while', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 100 } });
    const { host, client } = await play(stack);
    for (let count = 0; count < 2_000; count += 1) client.send(Buffer.alloc(10));
    await until(() => stack.gateway.stats().fromPage.dropped.rate > 0);
    await until(() => host.datagrams.length === stack.gateway.stats().fromPage.sent);
    expect(host.datagrams.length).toBeLessThanOrEqual(120);
    expect(unaccounted(stack.gateway.stats().fromPage)).toBe(0);
    // It is forgiven.
    for (let turn = 0; turn < 40; turn += 1) {
      stack.clock.advance(250);
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    await until(() => stack.gateway.stats().fromPage.received === 2_000);
    const { sent } = stack.gateway.stats().fromPage;
    client.send(Buffer.from('x'));
    await until(() => stack.gateway.stats().fromPage.sent === sent + 1);
    expect(client.closed).toBeUndefined();
  });

  it('in bytes counts as well', async () => {
    await using stack = await startGateway({ limits: { bytesPerSecond: 10_000 } });
    const { client } = await play(stack);
    for (let count = 0; count < 20; count += 1) client.send(Buffer.alloc(1_000));
    await until(() => stack.gateway.stats().fromPage.dropped.rate > 0);
    expect(stack.gateway.stats().fromPage.sent).toBe(9);
  });

  it('of a host goes by the players of its session, up to 64', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 20 } });
    const seat = await stack.seat(0);
    seat.update({ players: 1_000 });
    const host = await (await stack.open(seat)).whenOpen();
    for (let count = 0; count < 3_000; count += 1) host.send(Buffer.alloc(1), 1);
    await until(() => stack.gateway.stats().fromPage.dropped.rate > 0);
    const { sent } = stack.gateway.stats().fromPage;
    expect(sent).toBeGreaterThanOrEqual(20 * 64);
    expect(sent).toBeLessThanOrEqual(20 * 64 + 20);
  });

  it('that is exceeded for ten seconds closes the wire with 4429; the seat may come back', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 50 } });
    const { client, clientSeat } = await play(stack);
    const frame = encodeFrame(0, undefined, Buffer.alloc(10));
    for (let turn = 0; turn < 80 && !client.closed; turn += 1) {
      for (let count = 0; count < 100; count += 1) client.socket.send(frame);
      await new Promise((resolve) => setTimeout(resolve, 4));
      stack.clock.advance(250);
    }
    expect(await client.whenClosed()).toEqual({ code: 4429, reason: 'rate' });
    const again = await stack.open(clientSeat);
    expect(again.messages[0]).toMatchObject({ returned: true });
  });
});
