import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { RelayChannel } from '../../src/channel/relay-channel.js';
import { websocketWire } from '../../src/channel/websocket-wire.js';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import type { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

// What a page sends beside its datagrams: probes, answers, pings and pongs.

afterEach(() => {
  vi.useRealTimers();
});

const KINDS: readonly (readonly [string, (page: PageClient) => void])[] = [
  ['pongs that nobody asked for', ({ socket }) => socket.pong()],
  ['pings', ({ socket }) => socket.ping()],
  ['probes', ({ socket }) => socket.send('{"type":"probe","id":1}')],
  ['answers to probes that were not sent', ({ socket }) => socket.send('{"type":"echo","id":1}')],
];

/** Lets a quarter of a second pass, with all that is sent meanwhile. */
async function pass({ clock }: GatewayStack): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 4));
  clock.advance(250);
}

describe('a page that goes on sending', () => {
  it.each(KINDS)('%s is closed with 4429, and others play on', async (_what, send) => {
    // Room for some fifty a second.
    await using stack = await startGateway({ limits: { bytesPerSecond: 16_384 } });
    const bystander = await stack.open(await stack.seat(0));
    const page = await stack.open(await stack.seat(1));
    for (let turn = 0; turn < 80 && !page.closed; turn += 1) {
      for (let count = 0; count < 30; count += 1) {
        if (page.socket.readyState === page.socket.OPEN) send(page);
      }
      await pass(stack);
    }
    expect(await page.whenClosed()).toEqual({ code: 4429, reason: 'rate' });
    expect(bystander.closed).toBeUndefined();
  });

  it.each(KINDS)('%s, as many as are its due, plays on', async (_what, send) => {
    await using stack = await startGateway();
    const page = await (await stack.open(await stack.seat(1))).whenOpen();
    for (let turn = 0; turn < 80; turn += 1) {
      for (let count = 0; count < 5; count += 1) send(page);
      await pass(stack);
    }
    expect(page.closed).toBeUndefined();
  });
});

describe('a wire that was refused', () => {
  it.each([
    ...KINDS,
    ['datagrams', ({ socket }: PageClient) => socket.send(Buffer.alloc(10))] as const,
    ['garbage', ({ socket }: PageClient) => socket.send('garbage')] as const,
  ])('is cut where its page reads nothing and sends %s', async (_what, send) => {
    await using stack = await startGateway();
    const page = stack.come({ ticket: 'forged' });
    await new Promise<void>((resolve) =>
      page.socket.once('open', () => {
        page.socket.pause();
        resolve();
      }),
    );
    // Of those that send nothing a timer takes care, after two seconds.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    await new Promise(setImmediate);
    for (let count = 0; count < 3_000; count += 1) send(page);
    for (let turn = 0; turn < 5_000 && stack.gateway.stats().wires > 0; turn += 1) {
      await new Promise(setImmediate);
    }
    expect(stack.gateway.stats().wires).toBe(0);
  });
});

describe('the probes of a page that sends too many datagrams', () => {
  it('are answered all the same', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 100 } });
    const page = await (await stack.open(await stack.seat(1))).whenOpen();
    for (let count = 0; count < 2_000; count += 1) page.send(Buffer.alloc(10));
    page.socket.send('{"type":"probe","id":77}');
    for (let turn = 0; turn < 40 && page.of('echo').length === 0; turn += 1) await pass(stack);
    expect(page.of('echo')).toEqual([{ type: 'echo', id: 77 }]);
    expect(stack.gateway.stats().fromPage.dropped.rate).toBeGreaterThan(1_000);
  });

  it('tell it the truth: it is not stalled for seconds', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 20 } });
    const seat = await stack.seat(1);
    const gateway = { url: stack.url, ticket: seat.tickets[0] ?? '' };
    const target = { endpoint: () => undefined, gateway: () => gateway };
    const wire = websocketWire(WebSocket as never, stack.clock);
    const channel = new RelayChannel(wire, target, 'client');
    await until(() => channel.state === 'open');
    let silent = 0;
    let longest = 0;
    for (let turn = 0; turn < 36; turn += 1) {
      let taken = 0;
      // A second probe is due behind the seventeenth.
      for (let count = 0; count < 20; count += 1) {
        taken += Number(channel.send(new Uint8Array(1_000)));
      }
      silent = taken > 0 ? 0 : silent + 1;
      longest = Math.max(longest, silent);
      await pass(stack);
    }
    expect(longest).toBeLessThanOrEqual(4);
    expect(stack.gateway.stats().fromPage.dropped.rate).toBeGreaterThan(100);
    channel.close();
  });
});
