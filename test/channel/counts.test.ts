import { expect, it } from 'vitest';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { openAtGateway, quiet } from '../support/channel-at-gateway.js';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import { until } from '../support/until.js';

// Each datagram that a page sends is counted where it goes on, or where it ends, on both sides and in between.

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((all, each) => all + each, 0);

/** A host who echoes and a client, both with real channels, and all that is counted anywhere. */
async function play(stack: GatewayStack, lateness: { there: number; back: number }) {
  const [hostSeat, clientSeat] = [await stack.seat(0), await stack.seat(1)];
  const host = openAtGateway(stack, hostSeat);
  const client = openAtGateway(
    stack,
    clientSeat,
    () => lateness.there,
    () => lateness.back,
  );
  const calls = { host: 0, client: 0 };
  const send = (channel: RelayChannel, who: 'host' | 'client', to?: number) => {
    calls[who] += 1;
    channel.send(new Uint8Array(20), to);
  };
  host.channel.on('datagram', (_bytes, id) => send(host.channel, 'host', id));
  const everything = () => ({
    calls,
    host: host.channel.stats(),
    client: client.channel.stats(),
    gateway: stack.gateway.stats(),
    relay: stack.match.simulator.stats().relay,
  });
  const settle = () => quiet(everything);
  return {
    clientSeat,
    client,
    everything,
    settle,
    async burst(count: number) {
      for (let sent = 0; sent < count; sent += 1) send(client.channel, 'client');
      await settle();
    },
    async pass(milliseconds: number) {
      for (let left = milliseconds; left > 0; left -= 250) {
        stack.clock.advance(Math.min(left, 250));
        await settle();
      }
    },
    async untilOpen() {
      for (const { channel } of [host, client]) {
        while (channel.state !== 'open') {
          stack.clock.advance(250);
          await settle();
        }
      }
    },
    close() {
      host.channel.close();
      client.channel.close();
    },
  };
}

it('every datagram, exactly, 100,000 of them, at the pages, the gateway and the relay, with faults', async () => {
  const limits = { datagramsPerSecond: 2_000, bytesPerSecond: 1e9 };
  await using stack = await startGateway({ limits }, 2, { seed: 1 });
  const lateness = { there: 0, back: 0 };
  const match = await play(stack, lateness);
  const { burst, client, clientSeat, everything, pass, untilOpen } = match;
  const cut = async () => {
    // In the midst of it: these are on their way.
    lateness.there = 50;
    await burst(100);
    client.sockets.opened.at(-1)?.terminate();
    await until(() => client.channel.state === 'reconnecting');
    await burst(5);
    lateness.there = 0;
    await untilOpen();
  };
  await untilOpen();
  await burst(50);
  for (let round = 0; round < 6; round += 1) {
    for (let count = 0; count < 20; count += 1) {
      await burst(400);
      stack.clock.advance(210);
    }
    // The network between gateway and relay loses some; time stands, so that no ping is among them.
    await quiet(everything, 20);
    stack.match.simulator.setNetwork({ loss: 0.1 });
    await burst(300);
    stack.match.simulator.setNetwork({ loss: 0 });
    await pass(250);
    // The line stands still for a while: what comes through it then comes late.
    for (const way of ['there', 'back'] as const) {
      lateness[way] = 300;
      await burst(100);
      await pass(250);
      lateness[way] = 0;
      await pass(500);
    }
    await burst(20);
    await cut();
    const { userAuthorizationToken } = clientSeat.document;
    clientSeat.update({ userAuthorizationToken: 1 });
    await burst(50);
    clientSeat.update({ userAuthorizationToken });
    await untilOpen();
  }
  // More than the seat may send: the gateway drops what is over it, and reads nothing for a while.
  for (let turn = 0; turn < 12; turn += 1) {
    await burst(1_000);
    stack.clock.advance(250);
  }
  // It reads all that has waited meanwhile.
  await pass(6_000);
  await untilOpen();
  // And more still, for so long that the wire is closed: what is on its way then is lost.
  let closedWith = 0;
  client.sockets.opened.at(-1)?.once('close', (code: number) => (closedWith = code));
  const lostBefore = client.channel.stats().lost.sending;
  for (let turn = 0; turn < 100 && closedWith === 0; turn += 1) {
    await burst(1_000);
    stack.clock.advance(250);
  }
  await untilOpen();
  expect(closedWith).toBe(4429);
  expect(client.channel.stats().lost.sending).toBeGreaterThan(lostBefore);
  await burst(50);
  await quiet(everything, 30);

  const { calls, host, client: page, gateway, relay } = everything();
  expect(calls.host + calls.client).toBeGreaterThan(100_000);
  for (const [stats, count] of [
    [host, calls.host],
    [page, calls.client],
  ] as const) {
    expect(stats.sent + sum(stats.notSent)).toBe(count);
  }
  const { fromPage, toPage } = gateway;
  expect({
    sent: host.sent + page.sent,
    received: fromPage.received,
    sentToRelay: fromPage.sent,
    forwarded: relay.forwarded,
    receivedFromRelay: toPage.received,
    sentToPages: toPage.sent,
  }).toEqual({
    sent: fromPage.received + host.lost.sending + page.lost.sending,
    received: fromPage.sent + sum(fromPage.dropped),
    sentToRelay: relay.lost.toRelay + relay.forwarded + sum(relay.dropped),
    forwarded: relay.lost.fromRelay + toPage.received,
    receivedFromRelay: toPage.sent + sum(toPage.dropped),
    sentToPages:
      host.received +
      page.received +
      host.notReceived.late +
      page.notReceived.late +
      host.lost.receiving +
      page.lost.receiving,
  });
  // And each fault left its mark.
  expect(
    [
      fromPage.dropped.late,
      fromPage.dropped.rate,
      fromPage.dropped['not-open'],
      page.notReceived.late,
      page.notSent['not-open'],
      page.lost.sending,
      relay.lost.toRelay,
      relay.lost.fromRelay,
    ].map((count) => count > 0),
  ).toEqual(Array(8).fill(true));
  match.close();
}, 600_000);
