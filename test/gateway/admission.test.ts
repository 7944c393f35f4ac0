import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPrometheusGatewayMetrics } from '../../src/gateway/index.js';
import { startGateway } from '../support/gateway-stack.js';
import { openUdpSockets } from '../support/open-sockets.js';
import { until } from '../support/until.js';

/** The status that a request for a WebSocket gets where it is not accepted. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url.replace('ws:', 'http:'), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A whole request for a WebSocket. */
const HEAD = [
  'GET /v1/channel HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

describe('a wire is accepted and then closed', () => {
  it('with 4401 where it has no ticket, or a forged one, and nothing reaches a relay', async () => {
    await using stack = await startGateway();
    const before = openUdpSockets();
    const none = stack.come({});
    const forged = stack.come({ ticket: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(await none.whenClosed()).toEqual({ code: 4401, reason: 'ticket' });
    expect(await forged.whenClosed()).toEqual({ code: 4401, reason: 'ticket' });
    expect(openUdpSockets()).toBe(before);
    expect(stack.seats.shown).toEqual(['eyJhbGciOiJub25lIn0.e30.']);
    expect(stack.log.map(({ what, why }) => [what, why])).toEqual([
      ['refused', 'ticket'],
      ['refused', 'ticket'],
    ]);
  });

  it.each([
    [4401, 'kind'],
    [4403, 'revoked'],
    [4404, 'ended'],
    [4429, 'claims'],
    [4503, 'closing'],
  ] as const)('with what the source of seats refuses it with: %i', async (code, reason) => {
    await using stack = await startGateway();
    stack.seats.refusals.set('some-ticket', [code, reason]);
    const page = stack.come({ ticket: 'some-ticket' });
    expect(await page.whenClosed()).toEqual({ code, reason });
  });

  it('with 4500 where the source fails, whatever it says', async () => {
    await using stack = await startGateway();
    stack.seats.follow = () => Promise.reject(new Error('redis://secret@store'));
    const page = stack.come({ ticket: 'some-ticket' });
    expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'failed' });
    stack.seats.allowsOrigin = () => {
      throw new Error('secret');
    };
    const other = stack.come({ ticket: 'some-ticket' });
    expect(await other.whenClosed()).toEqual({ code: 4500, reason: 'failed' });
    expect(JSON.stringify(stack.log)).not.toContain('secret');
  });

  it('with 4403 where it comes from a foreign origin, whatever its ticket', async () => {
    await using stack = await startGateway();
    const { tickets } = await stack.seat(1);
    const page = stack.come({ ticket: tickets[0] ?? '', origin: 'https://evil.example' });
    expect(await page.whenClosed()).toEqual({ code: 4403, reason: 'origin' });
  });

  it('with 4400 where it speaks another protocol', async () => {
    await using stack = await startGateway();
    const { tickets } = await stack.seat(1);
    const page = stack.come({ protocols: [`ticket.${tickets[0]}`] });
    // The client library hangs up on an answer without a subprotocol.
    await page.whenClosed();
    await until(() => stack.log.length === 1);
    expect(stack.log[0]).toMatchObject({ what: 'refused', why: 'protocol' });
  });

  it('with 4408 where its ticket was not looked at within five seconds, and what comes then is released', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const follow = stack.seats.follow.bind(stack.seats);
    let answer = () => {};
    stack.seats.follow = async (ticket, listener) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return follow(ticket, listener);
    };
    const page = stack.come({ ticket: seat.tickets[0] ?? '' });
    await until(() => stack.clock.waits.includes(5_000));
    stack.clock.advance(4_999);
    await new Promise(setImmediate);
    expect(page.closed).toBeUndefined();
    stack.clock.advance(1);
    expect(await page.whenClosed()).toEqual({ code: 4408, reason: 'handshake' });
    answer();
    await until(() => seat.releases === 1);
    expect(stack.gateway.stats()).toMatchObject({ channels: 0 });
  });

  it('with 4503 while the gateway stops', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    stack.seats.hung.add('hung');
    const waiting = stack.come({ ticket: 'hung' });
    const playing = await stack.open(seat);
    await until(() => stack.gateway.stats().wires === 2);
    const closing = stack.gateway.close();
    expect(await playing.whenClosed()).toEqual({ code: 4503, reason: 'closing' });
    expect(await waiting.whenClosed()).toEqual({ code: 4503, reason: 'closing' });
    await closing;
    expect(await statusOf(stack.url)).toBe(503);
    expect(seat.listeners.size).toBe(0);
  });
});

it('an upgrade that is answered with 503 is counted, and makes no line', async () => {
  const metrics = createPrometheusGatewayMetrics();
  await using stack = await startGateway({ metrics, limits: { handshakes: 1 } });
  stack.seats.hung.add('hung');
  stack.come({ ticket: 'hung' });
  await until(() => stack.gateway.stats().wires === 1);
  expect([await statusOf(stack.url), await statusOf(stack.url)]).toEqual([503, 503]);
  expect(stack.log).toEqual([]);
  await stack.gateway.close();
  expect(await statusOf(stack.url)).toBe(503);
  const text = await metrics.expose();
  expect(text).toContain('relais_channel_events_total{what="refused",why="no-room"} 2\n');
  expect(text).toContain('relais_channel_events_total{what="refused",why="closing"}');
});

describe('wires are counted', () => {
  it('by the address that the source tells: one over the limit gets 4429, twice as many nothing at all', async () => {
    await using stack = await startGateway({ limits: { wiresPerAddress: 2 } });
    stack.seats.hung.add('hung');
    const from = (address: string) =>
      stack.come({ ticket: 'hung', headers: { 'x-forwarded-for': address } });
    from('192.0.2.1');
    from('192.0.2.1');
    await until(() => stack.gateway.stats().wires === 2);
    const third = from('192.0.2.1');
    expect(await third.whenClosed()).toEqual({ code: 4429, reason: 'wires' });
    from('192.0.2.2');
    await until(() => stack.gateway.stats().wires === 3);
  });

  it('until they are closed: those that do not answer the close are no room for others', async () => {
    await using stack = await startGateway({ limits: { wiresPerAddress: 1 } });
    const { port, hostname } = new URL(stack.url);
    const deaf = [1, 2].map(() => connect(Number(port), hostname));
    for (const socket of deaf) {
      socket.on('error', () => {});
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write(HEAD);
      await answered;
    }
    expect(await statusOf(stack.url)).toBe(503);
    for (const socket of deaf) socket.destroy();
    await until(() => stack.gateway.stats().wires === 0);
    expect(await statusOf(stack.url)).toBe(101);
  });

  it('again and again: whoever has closed some may open others', async () => {
    await using stack = await startGateway({ limits: { wiresPerAddress: 1 } });
    const seat = await stack.seat(1);
    for (let round = 0; round < 5; round += 1) {
      const page = await stack.open(seat);
      page.cut();
      await until(() => stack.gateway.stats().wires === 0);
    }
  });

  it('while their tickets are looked at: beyond the limit they are not accepted', async () => {
    await using stack = await startGateway({ limits: { handshakes: 3 } });
    stack.seats.hung.add('hung');
    const waiting = [1, 2, 3].map(() => stack.come({ ticket: 'hung' }));
    await until(() => stack.gateway.stats().wires === 3);
    expect(await statusOf(stack.url)).toBe(503);
    for (const page of waiting) page.cut();
    // Nothing is read of a wire before it has a seat: the handshake's end brings it to light.
    stack.clock.advance(5_000);
    await until(() => stack.gateway.stats().wires === 0);
    const seat = await stack.seat(1);
    await stack.open(seat);
  });

  it('and a thousand from one address disturb nobody else', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(0);
    const page = await stack.open(seat);
    stack.seats.hung.add('hung');
    const headers = { 'x-forwarded-for': '192.0.2.66' };
    const flood = Array.from({ length: 1_000 }, () => stack.come({ ticket: 'hung', headers }));
    await until(() => flood.filter(({ closed }) => closed).length >= 744);
    expect(stack.gateway.stats().wires).toBeLessThan(600);
    await page.whenOpen();
    for (const wire of flood) wire.cut();
  });
});

describe('half-open handshakes', () => {
  it('are let go when the other side hangs up, at any byte', async () => {
    await using stack = await startGateway();
    const { port, hostname } = new URL(stack.url);
    for (let length = 1; length <= HEAD.length; length += 7) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((sent) => socket.write(HEAD.slice(0, length), () => sent()));
      socket.destroy();
    }
    const page = await stack.open(await stack.seat(1));
    expect(page.closed).toBeUndefined();
    await until(() => stack.gateway.stats().wires === 1);
  });

  it('without a ticket, or with one that nobody looks at, leave no wire, though nothing more is said', async () => {
    await using stack = await startGateway();
    stack.seats.hung.add('hung');
    const { port, hostname } = new URL(stack.url);
    const protocols = 'Sec-WebSocket-Protocol: relais.v1, ticket.hung\r\n\r\n';
    for (const head of [HEAD, HEAD.replace('\r\n\r\n', `\r\n${protocols}`)]) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write(head);
      await answered;
      // It hears nothing from now on, and never answers the close.
      socket.pause();
    }
    await until(() => stack.seats.shown.length === 1);
    stack.clock.advance(5_000);
    await until(() => stack.gateway.stats().wires === 0);
  });
});

describe('an upgrade', () => {
  it('is refused at another path, and taken below a base path', async () => {
    await using stack = await startGateway();
    expect(await statusOf(stack.url.replace('/v1/channel', '/v1/relays'))).toBe(404);
    expect(await statusOf(stack.url.replace('/v1/channel', '/relay/v1/channel?x=/y'))).toBe(101);
    expect(await statusOf(stack.url, { 'sec-websocket-version': '7' })).toBe(400);
    expect(await statusOf(stack.url, { 'sec-websocket-key': 'short' })).toBe(400);
  });

  it('to something else is ignored', async () => {
    await using stack = await startGateway();
    expect(await statusOf(stack.url, { upgrade: 'h2c' })).toBe(200);
  });

  it('fails where the address cannot be told, and nothing else does', async () => {
    await using stack = await startGateway();
    const { addressKey } = stack.seats;
    stack.seats.addressKey = () => {
      throw new Error('no address');
    };
    expect(await statusOf(stack.url)).toBe(503);
    stack.seats.addressKey = addressKey;
    await stack.open(await stack.seat(1));
  });
});
