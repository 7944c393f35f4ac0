import { describe, expect, it } from 'vitest';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import { openUdpSockets } from '../support/open-sockets.js';
import type { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

/** Lets time pass, with all that is sent meanwhile. */
async function pass({ clock }: GatewayStack, milliseconds: number, step = 250): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) {
    clock.advance(Math.min(left, step));
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** A host and a client that play. */
async function play(stack: GatewayStack) {
  const seats = [await stack.seat(0), await stack.seat(1)] as const;
  const host = await (await stack.open(seats[0])).whenOpen();
  const client = await (await stack.open(seats[1])).whenOpen();
  return { host, client, hostSeat: seats[0], clientSeat: seats[1] };
}

/** The connection id that the host sees of a client that says something. */
async function idOf(client: PageClient, host: PageClient): Promise<number | undefined> {
  const before = host.datagrams.length;
  client.send(Buffer.from('who am I?'));
  await until(() => host.datagrams.length > before);
  return host.datagrams.at(-1)?.connectionId;
}

describe('a lost wire', () => {
  it('comes back within 15 s to the same player at the relay', async () => {
    await using stack = await startGateway();
    const { host, client, clientSeat } = await play(stack);
    const id = await idOf(client, host);
    const sockets = openUdpSockets();
    client.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    await pass(stack, 14_000);
    const again = await stack.open(clientSeat);
    expect(again.messages[0]).toMatchObject({ type: 'hello', returned: true });
    await again.whenOpen();
    expect(await idOf(again, host)).toBe(id);
    expect(openUdpSockets()).toBe(sockets);
    expect(stack.log.map(({ what }) => what)).toEqual([
      'opened',
      'opened',
      'wire-lost',
      'wire-back',
    ]);
    expect(clientSeat.listeners.size).toBe(1);
  });

  it('ends the channel after 15 s; what came for it meanwhile is counted', async () => {
    await using stack = await startGateway();
    const { host, client, clientSeat } = await play(stack);
    const id = await idOf(client, host);
    client.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    host.send(Buffer.from('are you there?'), id);
    await until(() => stack.gateway.stats().toPage.dropped['no-wire'] === 1);
    await pass(stack, 14_750);
    expect(clientSeat.releases).toBe(0);
    await pass(stack, 500);
    expect(clientSeat.releases).toBe(1);
    expect(stack.log.at(-1)).toMatchObject({ what: 'closed', why: 'wire-lost', channel: 2 });
    expect(stack.gateway.stats()).toMatchObject({ channels: 1, toPage: { received: 2, sent: 1 } });
    const again = await stack.open(clientSeat);
    expect(again.messages[0]).toMatchObject({ returned: false });
  });

  it('does not wait where the page closed it itself', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat);
    page.close();
    await until(() => seat.releases === 1);
    expect(stack.log.at(-1)).toMatchObject({ what: 'closed', why: 'left' });
  });

  it('is one whose browser does not answer pings for ten seconds', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat, { pongs: false, answers: false });
    await pass(stack, 14_000);
    expect(page.closed).toBeUndefined();
    await pass(stack, 2_000);
    expect(await page.whenClosed()).toEqual({ code: 4408, reason: 'silent' });
    expect(stack.log.at(-1)).toMatchObject({ what: 'wire-lost', why: 'silent' });
  });

  it('was opened before, also where its page hung up while it was let in', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const follow = stack.seats.follow.bind(stack.seats);
    let letIn = () => {};
    stack.seats.follow = async (...given) => {
      await new Promise<void>((resolve) => (letIn = resolve));
      return follow(...given);
    };
    const page = stack.come({ ticket: seat.tickets[0] ?? '' });
    await until(() => stack.gateway.stats().wires === 1);
    page.cut();
    await until(() => stack.gateway.stats().wires === 0);
    letIn();
    await until(() => stack.log.length === 2);
    expect(stack.log.map(({ what }) => what)).toEqual(['opened', 'wire-lost']);
  });

  it('is none while the browser answers, though its page is frozen', async () => {
    await using stack = await startGateway();
    const page = await stack.open(await stack.seat(1), { answers: false });
    await pass(stack, 60_000);
    expect(page.closed).toBeUndefined();
  });
});

describe('the newest wire of a seat', () => {
  it('wins: the older one is closed with 4409, and the connection id stays', async () => {
    await using stack = await startGateway();
    const { host, client, clientSeat } = await play(stack);
    const id = await idOf(client, host);
    const second = await stack.open(clientSeat);
    expect(await client.whenClosed()).toEqual({ code: 4409, reason: 'replaced' });
    await second.whenOpen();
    expect(await idOf(second, host)).toBe(id);
    expect([clientSeat.follows, clientSeat.releases]).toEqual([2, 1]);
    await pass(stack, 16_000);
    expect(second.closed).toBeUndefined();
  });

  it('wins over one that came earlier and was let in later', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const follow = stack.seats.follow.bind(stack.seats);
    let letIn = () => {};
    stack.seats.follow = async (ticket, listener) => {
      if (ticket === 'slow') await new Promise<void>((resolve) => (letIn = resolve));
      return follow(ticket, listener);
    };
    seat.tickets.push('slow');
    const earlier = stack.come({ ticket: 'slow' });
    await until(() => stack.gateway.stats().wires === 1);
    const later = await stack.open(seat);
    letIn();
    expect(await earlier.whenClosed()).toEqual({ code: 4409, reason: 'replaced' });
    expect(later.closed).toBeUndefined();
    expect(seat.listeners.size).toBe(1);
  });
});

describe('the seat', () => {
  it.each([
    ['revoked', 4403],
    ['ended', 4404],
    ['replaced', 4409],
    ['closing', 4503],
  ] as const)('that is %s closes its wire with %i, and its socket', async (reason, code) => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await (await stack.open(seat)).whenOpen();
    const sockets = openUdpSockets();
    seat.end(reason);
    expect(await page.whenClosed()).toEqual({ code, reason });
    await until(() => openUdpSockets() === sockets - 1);
    expect(seat.listeners.size).toBe(0);
    expect(stack.log.at(-1)).toMatchObject({ what: 'closed', why: reason });
    expect(stack.gateway.stats().channels).toBe(0);
  });

  it('that ends while its wire is lost ends the channel, too', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat);
    page.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    seat.end('revoked');
    expect(stack.gateway.stats().channels).toBe(0);
  });

  it('is renewed at once, and then every quarter of its lease', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    await stack.open(seat);
    await pass(stack, 250);
    expect(seat.renewals).toBe(1);
    await pass(stack, 29_500);
    expect(seat.renewals).toBe(1);
    await pass(stack, 500);
    expect(seat.renewals).toBe(2);
  });

  it('is renewed again soon where the store is away', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    seat.isBroken = true;
    await stack.open(seat);
    await pass(stack, 250);
    seat.isBroken = false;
    await pass(stack, 7_750);
    expect(seat.renewals).toBe(2);
    await pass(stack, 8_000);
    expect(seat.renewals).toBe(2);
  });

  it('is not renewed while its wire is lost, and at once when it is back', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    seat.lease = 20_000;
    const page = await stack.open(seat);
    await pass(stack, 250);
    page.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    await pass(stack, 14_000);
    expect(seat.renewals).toBe(1);
    await stack.open(seat);
    await pass(stack, 250);
    expect(seat.renewals).toBe(2);
  });

  it('of a frozen tab, whose browser goes on to answer, is renewed for ten minutes and no longer', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat, { answers: false });
    await pass(stack, 600_000, 2_500);
    expect(seat.renewals).toBe(20);
    await pass(stack, 60_000);
    expect(seat.renewals).toBe(20);
    expect(page.closed).toBeUndefined();
    // It thaws.
    page.socket.send('{"type":"echo","id":1}');
    await pass(stack, 1_000);
    expect(seat.renewals).toBe(21);
  }, 60_000);

  it('of a page hidden for an hour, whose timers sleep, stays: its script answers the probes', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat);
    for (let minute = 0; minute < 60; minute += 1) {
      for (let turn = 0; turn < 12; turn += 1) {
        const probes = page.of('probe').length;
        stack.clock.advance(5_250);
        await until(() => page.of('probe').length > probes);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    expect(page.closed).toBeUndefined();
    expect(seat.renewals).toBeGreaterThanOrEqual(119);
  }, 60_000);
});

describe('what the page is told', () => {
  it('are figures every second while datagrams flow, and every ten at rest', async () => {
    await using stack = await startGateway();
    const { client } = await play(stack);
    await pass(stack, 2_000);
    const before = client.of('stats').length;
    for (let second = 0; second < 4; second += 1) {
      client.send(Buffer.from('x'));
      await pass(stack, 1_000);
    }
    expect(client.of('stats').length - before).toBe(4);
    const { fromPage, relayRoundTrip } = client.of('stats').at(-1) ?? {};
    expect(fromPage).toMatchObject({ received: 4, sent: 4 });
    expect(relayRoundTrip).toEqual(expect.any(Number));
    await pass(stack, 21_000);
    expect(client.of('stats').length - before).toBeLessThanOrEqual(7);
  });

  it('are probes every five seconds at rest, and their answers to the page’s own at once', async () => {
    await using stack = await startGateway();
    const page = await stack.open(await stack.seat(1));
    await pass(stack, 20_500);
    expect(new Set(page.of('probe').map(({ id }) => id)).size).toBe(4);
    page.socket.send('{"type":"probe","id":77}');
    await until(() => page.of('echo').length === 1);
    expect(page.of('echo')).toEqual([{ type: 'echo', id: 77 }]);
  });
});
