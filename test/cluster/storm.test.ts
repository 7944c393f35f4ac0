import { expect, it, vi } from 'vitest';
import { describeWithRedis } from '../support/redis-server.js';
import { type Cluster, instanceOnDuty, LONGEST_WAIT, startCluster } from './cluster.js';
import { ClusterPlayer } from './cluster-player.js';
import { enterAll, untilAllHear, untilAllPlay } from './players.js';

/** Time after which an instance that is on duty and dies must have a successor, in milliseconds. */
const TAKEN_OVER_WITHIN = 15_000;
/** What is learnt so long after it happened, by a request whose time was up, was not told. In milliseconds. */
const UNTOLD_AFTER = 2_000;

/** Where players are: their seats, and for clients the process of their wire and their number at the relay. */
const placesOf = (players: readonly ClusterPlayer[]) =>
  new Map(
    players.map((player) => [
      player,
      {
        seat: [player.sessionId, player.token],
        process: player.sockets.process,
        connectionId: player.connectionId,
      },
    ]),
  );

/** One instance is killed, another restarted, and then Redis, which keeps nothing. Returns who came meanwhile. */
async function storm({ instances, redis, url }: Cluster): Promise<ClusterPlayer[]> {
  const [onDuty, restarted] = instances;
  const before = await instanceOnDuty(redis);
  await onDuty.stop('SIGKILL');
  const late = Array.from({ length: 3 }, (_, index) => new ClusterPlayer(url, `late${index}`));
  const entering = Promise.all(late.map((player) => player.enter()));
  const isTakenOver = async () => expect([null, before]).not.toContain(await instanceOnDuty(redis));
  await vi.waitFor(isTakenOver, { timeout: TAKEN_OVER_WITHIN, interval: 250 });
  expect(await restarted.stop('SIGTERM')).toBe(0);
  await restarted.start();
  await redis.kill();
  await redis.start();
  await onDuty.start();
  await entering;
  return late;
}

/** Everybody has their seat of before. Who is at their process of before has their connection id, nobody else. */
function expectSamePlaces(before: ReturnType<typeof placesOf>, survivor: string): void {
  for (const [player, { connectionId, process, seat }] of before) {
    if (!player.shouldPlay) continue;
    expect([player.login, player.sessionId, player.token]).toEqual([player.login, ...seat]);
    if (!player.host) continue;
    const isSame = player.connectionId === connectionId;
    expect([player.login, isSame]).toEqual([player.login, process === survivor]);
  }
}

/** The wires of all clients of one process are cut, and come back there, with the connection id of before. */
async function cutWiresAt(host: string, players: readonly ClusterPlayer[]) {
  const cut = players.filter(
    (each) => each.shouldPlay && each.host && each.sockets.process === host,
  );
  const before = placesOf(cut);
  for (const player of cut) player.cutWire();
  await vi.waitFor(() => {
    expect(cut.filter(({ channel }) => channel?.state === 'open')).toEqual([]);
  });
  await untilAllHear(players);
  expect(cut.length).toBeGreaterThan(0);
  expectSamePlaces(before, host);
}

/** Somebody joins ten of the matches: all who wait there hear of it, wherever their request is held. */
async function expectAllWoken({ url }: Cluster, players: readonly ClusterPlayer[]) {
  const hosts = players.filter((player) => player.shouldPlay && !player.host).slice(0, 10);
  const newcomers = hosts.map((host) => new ClusterPlayer(url, `${host.login}new`, host));
  await Promise.all(
    newcomers.map(async (newcomer) => {
      const { host } = newcomer;
      const waiting = players.filter((each) => each.shouldPlay && (each.host ?? each) === host);
      const known = new Map(waiting.map((player) => [player, player.heldAnswers.length]));
      await newcomer.enter();
      const joinedAt = newcomer.joinedAt;
      const size = waiting.length + 1;
      await vi.waitFor(() => {
        expect(waiting.filter(({ relay }) => relay.players.length !== size)).toEqual([]);
      }, 60_000);
      for (const player of waiting) {
        const news = player.heldAnswers
          .slice(known.get(player))
          .find(({ status }) => status === 200);
        const wasUp = news && news.held >= LONGEST_WAIT * 1_000;
        expect(wasUp && news.at - joinedAt > UNTOLD_AFTER).not.toBe(true);
      }
    }),
  );
  return newcomers;
}

describeWithRedis(
  'three instances, one Redis, nginx in front, 200 players, faults upstream',
  () => {
    it('a killed and a restarted instance, and a Redis that forgets everything, cost nobody their seat', async () => {
      await using cluster = await startCluster();
      const { instances, service } = cluster;
      const [, , survivor] = instances;
      await service.addFault({ kind: 'any', rate: 0.3, retryAfter: 0 });
      const players = await enterAll(cluster);
      await untilAllHear(players);
      const before = placesOf(players);
      // A host with a match of four others, and two clients, are never seen again.
      for (const player of [players[0], players.at(-1), players.at(-6)]) player?.vanish();
      players.push(...(await storm(cluster)));
      await service.clearFaults();
      await untilAllPlay(cluster, players);
      expectSamePlaces(before, survivor.host);
      await cutWiresAt(survivor.host, players);
      players.push(...(await expectAllWoken(cluster, players)));
      await untilAllPlay(cluster, players);
      const hosts = players.filter(({ host, shouldPlay }) => shouldPlay && !host);
      await Promise.all(hosts.map(({ relay }) => relay.leave()));
      expect(await service.sessions()).toEqual([]);
      for (const player of players) player.vanish();
    });
  },
);
