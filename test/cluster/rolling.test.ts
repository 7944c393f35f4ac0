import { expect, it } from 'vitest';
import { CLOSE_CODES } from '../../src/channel-protocol/close-codes.js';
import { describeWithRedis } from '../support/redis-server.js';
import { startCluster } from './cluster.js';
import { enterAll, untilAllHear, untilAllPlay } from './players.js';

/** In seconds: nobody leaves here, and a busy machine must not look like one who does. */
const LEASE = 120;
/** In seconds: enough for two hundred handshakes, however busy the machine is. */
const DRAIN = 10;
/** What a page closes a wire with that it needs no more. */
const PAGE_CLOSED = 4000;
/** The longest time that a channel may be without a wire, in milliseconds. */
const WITHOUT_WIRE = 1_000;

describeWithRedis('three instances that are rolled one after the other under 200 players', () => {
  it('no request fails, and no channel is without a wire for longer than a second', async () => {
    await using cluster = await startCluster(LEASE, DRAIN);
    const players = await enterAll(cluster);
    await untilAllHear(players);
    for (const player of players) player.beginRecord();
    for (const instance of cluster.instances) {
      expect(await instance.stop('SIGTERM')).toBe(0);
      await instance.start();
    }
    await untilAllPlay(cluster, players);
    const failures = players.flatMap(({ failures, login }) =>
      failures.map((failure) => `${login}: ${failure}`),
    );
    expect(failures).toEqual([]);
    expect(players.flatMap(({ endings }) => endings)).toEqual([]);
    const gaps = players.map(({ sockets }) => Math.round(sockets.longestGap));
    expect(gaps.filter((gap) => gap > WITHOUT_WIRE)).toEqual([]);
    // All of them had to move: they closed their old wires themselves, or the gateway did as it stopped.
    expect(players.filter(({ sockets }) => sockets.codes.length === 0)).toEqual([]);
    const codes = players.flatMap(({ sockets }) => sockets.codes);
    expect(codes.filter((code) => ![PAGE_CLOSED, CLOSE_CODES.moved].includes(code))).toEqual([]);
    for (const player of players) player.vanish();
  });
});
