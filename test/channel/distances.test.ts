import { expect, it } from 'vitest';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { openAtGateway, quiet } from '../support/channel-at-gateway.js';
import { startGateway } from '../support/gateway-stack.js';

/** How far away the players are, one way, in milliseconds. */
const DISTANCES = [20, 150, 400];
/** How often each sends, and for how long. */
const EVERY = 25;
const COUNT = 240;

/** What a bad network adds to a way, in milliseconds: a little, and every two seconds it stands still for a while. */
function badNetwork(now: number): number {
  return now % 2_000 < EVERY ? 450 : (now * 7_919) % 61;
}

it('players 20, 150 and 400 ms away play alike: the same share of what they send and are sent arrives', async () => {
  await using stack = await startGateway({}, 4, { seed: 1 });
  // And from the gateway to the relay it is some way, too.
  stack.match.simulator.setNetwork({ latency: 30, jitter: 10 });
  const host = openAtGateway(stack, await stack.seat(0));
  const atHost = new Map<number, number>();
  const ids = new Map<number, number | undefined>();
  host.channel.on('datagram', ([player = 0], id) => {
    atHost.set(player, (atHost.get(player) ?? 0) + 1);
    ids.set(player, id);
  });
  const players: RelayChannel[] = [];
  for (const [index, distance] of DISTANCES.entries()) {
    const seat = await stack.seat(index + 1);
    const there = () => distance + badNetwork(stack.clock.monotonic());
    const back = () => distance + badNetwork(stack.clock.monotonic() + 1_000);
    players.push(openAtGateway(stack, seat, there, back).channel);
  }
  const channels = [host.channel, ...players];
  const state = () => [
    channels.map((channel) => channel.stats()),
    stack.gateway.stats(),
    stack.match.simulator.stats().relay,
  ];
  const pass = async (milliseconds: number) => {
    stack.clock.advance(milliseconds);
    await quiet(state, 2);
  };
  for (let turn = 0; channels.some((each) => each.state !== 'open'); turn += 1) {
    expect(turn).toBeLessThan(400);
    await pass(EVERY);
  }
  /** Everybody says something to the host, and the host something to everybody. */
  const exchange = async (count: number) => {
    for (let sent = 0; sent < count; sent += 1) {
      for (const [index, channel] of players.entries()) {
        channel.send(Uint8Array.of(index));
        if (ids.has(index)) host.channel.send(Uint8Array.of(index), ids.get(index));
      }
      await pass(EVERY);
    }
  };
  await exchange(60);
  expect(ids.size).toBe(players.length);
  const before = {
    atHost: new Map(atHost),
    received: players.map((each) => each.stats().received),
  };
  await exchange(COUNT);
  for (let turn = 0; turn < 80; turn += 1) await pass(EVERY);

  const shares = players.map((channel, index) => ({
    there: ((atHost.get(index) ?? 0) - (before.atHost.get(index) ?? 0)) / COUNT,
    back: (channel.stats().received - (before.received[index] ?? 0)) / COUNT,
  }));
  const [near] = shares;
  for (const { there, back } of shares) {
    expect(there).toBeGreaterThan(0.6);
    expect(back).toBeGreaterThan(0.6);
    expect(Math.abs(there - (near?.there ?? 0))).toBeLessThan(0.12);
    expect(Math.abs(back - (near?.back ?? 0))).toBeLessThan(0.12);
  }
  // The network was as bad as that: what came later than its sender's distance explains was dropped.
  expect(stack.gateway.stats().fromPage.dropped.late).toBeGreaterThan(0);
  for (const channel of channels) channel.close();
}, 200_000);
