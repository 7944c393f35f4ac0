import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import type { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

// What the gateway makes of a page's answers to its probes, true ones and others.

/** A probe as the bytes of a whole WebSocket message, masked with zeros. */
const TEXT = Buffer.from(`{"type":"probe","id":${2 ** 53 - 1}}`);
const PROBE = Buffer.concat([Buffer.of(0x81, 0x80 | TEXT.length, 0, 0, 0, 0), TEXT]);

/** Far more than anybody sends. */
const UNLIMITED = { datagramsPerSecond: 1_000_000, bytesPerSecond: 1_000_000_000 };

/** A host that sends to a page which answers no probe by itself. */
async function play(stack: GatewayStack) {
  const host = await (await stack.open(await stack.seat(0))).whenOpen();
  const page = await (await stack.open(await stack.seat(1), { answers: false })).whenOpen();
  page.send(Buffer.from('hello'));
  await until(() => host.datagrams.length === 1);
  const id = host.datagrams[0]?.connectionId;
  return { page, send: (size: number) => host.send(Buffer.alloc(size), id) };
}

const answer = (page: PageClient, id: number) =>
  page.socket.send(JSON.stringify({ type: 'echo', id }));

/** Whether the next datagram is sent on to the page. */
async function goesOn(stack: GatewayStack, send: (size: number) => void): Promise<boolean> {
  const { received, sent } = stack.gateway.stats().toPage;
  send(10);
  await until(() => stack.gateway.stats().toPage.received > received);
  return stack.gateway.stats().toPage.sent > sent;
}

describe('the answer to a probe', () => {
  it('counts once, for a probe that is on its way, and for those before it', async () => {
    await using stack = await startGateway();
    const { page, send } = await play(stack);
    const settled = async (mark: number) => {
      // What stands before it was read before it.
      page.socket.send(`{"type":"probe","id":${mark}}`);
      await until(() => page.of('echo').at(-1)?.id === mark);
    };
    for (const count of [1, 2, 3]) {
      send(10);
      await until(() => page.of('probe').length === count);
      // The first at once, so that the round trip is known to be short.
      if (count === 1) answer(page, page.of('probe')[0]?.id ?? 0);
      await settled(count);
      stack.clock.advance(100);
    }
    const [first = 0, second = 0, third = 0] = page.of('probe').map(({ id }) => id);
    stack.clock.advance(2_000);
    expect(await goesOn(stack, send)).toBe(false);
    // Others than were sent, and such as are answered already.
    for (const [index, id] of [0, 1, 3, third + 1, 2 ** 53 - 1, first, first].entries()) {
      answer(page, id);
      await settled(10 + index);
      expect(await goesOn(stack, send)).toBe(false);
    }
    answer(page, third);
    await settled(20);
    expect(await goesOn(stack, send)).toBe(true);
    // An older one again changes nothing: the next is unanswered.
    stack.clock.advance(2_000);
    answer(page, second);
    answer(page, third);
    await settled(21);
    expect(await goesOn(stack, send)).toBe(false);
  });

  it('cannot be guessed by a page that reads nothing', async () => {
    await using stack = await startGateway({ limits: UNLIMITED });
    const { page, send } = await play(stack);
    page.socket.pause();
    const size = 1_000;
    for (let count = 1; count <= 500; count += 1) {
      send(size);
      if (count % 25 > 0) continue;
      await until(() => stack.gateway.stats().toPage.received >= count);
      // One probe for each 16 KiB: all that there can be.
      for (let guess = 1; guess <= count / 16 + 3; guess += 1) answer(page, guess);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { toPage, waitingBytes } = stack.gateway.stats();
    expect(toPage.sent * size).toBeLessThan(70 * 1024);
    expect(toPage.dropped.congested).toBeGreaterThan(400);
    expect(waitingBytes).toBeLessThan(70 * 1024);
  });
});

describe('what waits for a page that reads nothing', () => {
  it('is 1 MiB at most, however much it asks for: then its wire is cut', async () => {
    await using stack = await startGateway({ limits: UNLIMITED });
    const page = await stack.open(await stack.seat(1));
    page.socket.pause();
    const { _socket: raw } = page.socket as unknown as { _socket: Socket };
    const probes = Buffer.concat(Array.from({ length: 1_000 }, () => PROBE));
    let most = 0;
    // The systems on both sides keep some megabytes, too.
    for (let round = 0; round < 10_000 && stack.gateway.stats().wires > 0; round += 1) {
      if (raw.writableLength === 0) raw.write(probes);
      await new Promise(setImmediate);
      most = Math.max(most, stack.gateway.stats().waitingBytes);
    }
    expect(stack.gateway.stats().wires).toBe(0);
    expect(most).toBeLessThan(1024 * 1024 + 100);
    expect(stack.log.at(-1)).toMatchObject({ what: 'wire-lost' });
  }, 120_000);
});
