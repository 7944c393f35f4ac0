import { describe, expect, it } from 'vitest';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import type { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

/** Lets time pass, with all that is sent meanwhile. */
async function pass({ clock }: GatewayStack, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 250) {
    clock.advance(250);
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

/** The host hears the client, who says it again: datagrams may be dropped where the machine is slow. */
async function untilHeard(client: PageClient, host: PageClient): Promise<void> {
  const before = host.datagrams.length;
  await until(() => {
    client.send(Buffer.from('still here'));
    return host.datagrams.length > before;
  });
}

const asked = (pages: readonly PageClient[]) =>
  pages.map(({ messages }) => messages.filter(({ type }) => type === 'move'));

const MOVE = { type: 'move', url: 'v1/channel' };

describe('a gateway that is about to stop', () => {
  it('asks its pages to move, each at a moment of its own, and takes no more wires', async () => {
    await using stack = await startGateway();
    const { client, clientSeat, host } = await play(stack);
    // The first is asked after a quarter of six seconds, the second after three quarters.
    const chances = [0.25, 0.75];
    stack.clock.random = () => chances.shift() ?? 0.5;
    stack.gateway.drain(10_000);
    const late = stack.come({ ticket: clientSeat.tickets[0] ?? '' });
    expect(await late.whenClosed()).toMatchObject({ code: 1006 });
    await pass(stack, 1_000);
    expect(asked([host, client])).toEqual([[], []]);
    await pass(stack, 1_000);
    await until(() => asked([host])[0]?.length === 1);
    expect(asked([client])).toEqual([[]]);
    await pass(stack, 4_000);
    await until(() => asked([client])[0]?.length === 1);
    expect(asked([host, client])).toEqual([[MOVE], [MOVE]]);
  });

  it('carries on until a page has its wire elsewhere, and closes what did not move with 4307', async () => {
    await using stack = await startGateway();
    const { client, clientSeat, host } = await play(stack);
    stack.gateway.drain(1_000);
    await pass(stack, 1_000);
    await untilHeard(client, host);
    clientSeat.end('replaced');
    await pass(stack, 1_000);
    await untilHeard(client, host);
    await pass(stack, 4_500);
    expect(await client.whenClosed()).toEqual({ code: 4307, reason: 'moved' });
    const closing = stack.gateway.close();
    expect(await host.whenClosed()).toEqual({ code: 4307, reason: 'closing' });
    await closing;
  });

  it('ends a channel at once whose page has closed its wire, for it is at the relay by another one', async () => {
    await using stack = await startGateway();
    const { client } = await play(stack);
    stack.gateway.drain(1_000);
    client.cut();
    await until(() => stack.log.some(({ what }) => what === 'wire-lost'));
    await pass(stack, 250);
    expect(stack.gateway.stats().channels).toBe(1);
  });
});
