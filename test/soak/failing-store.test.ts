import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import type { LogEntry } from '../../src/proxy/reports/log.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { seededRandom } from '../../src/simulator/sessions/seeded-random.js';
import { API_TOKEN, startStack } from '../support/stack.js';
import { StubbornPlayer } from '../support/stubborn-player.js';
import { wrapStore } from '../support/wrap-store.js';

const SEED = 1;

it('a store that is slow and fails now and then loses no session and no seat', async () => {
  const random = seededRandom(SEED);
  const memory = new MemoryStore();
  let isBad = false;
  const store = wrapStore(memory, async (_operation, call) => {
    if (!isBad) return call();
    await sleep(random() * 15);
    const luck = random();
    if (luck < 0.03) throw new Error('The store does not answer.');
    const result = await call();
    if (luck > 0.97) throw new Error('The store’s answer was lost.');
    return result;
  });
  const logs: LogEntry[] = [];
  const limits = {
    requestsPerIp: 1e9,
    requestsPerPlayer: 1e9,
    createsPerPlayer: 1e9,
    createsPerIp: 1e9,
    joinMissesPerIp: 1e9,
  };
  await using stack = await startStack(
    { linkDelay: 100, seed: SEED },
    { store, limits, lease: 4, longestWait: 1, log: (entry) => logs.push(entry) },
  );
  const { proxyUrl, simulator } = stack;
  const api = new RelayApi({ apiToken: API_TOKEN, baseUrl: simulator.url });
  const foreign = await api.createSession({ users: [{ ip: '198.51.100.1' }] });
  const hosts = await Promise.all(Array.from({ length: 6 }, () => StubbornPlayer.come(proxyUrl)));
  const joiners = await Promise.all(
    Array.from({ length: 12 }, () => StubbornPlayer.come(proxyUrl)),
  );
  isBad = true;
  const playing: Promise<void>[] = [];
  await Promise.all(
    hosts.map(async (host, index) => {
      await host.host(`match-${index}`);
      playing.push(host.play());
    }),
  );
  await Promise.all(
    joiners.map(async (joiner, index) => {
      await joiner.join(hosts[index % 6]?.session?.join_code ?? '');
      playing.push(joiner.play());
    }),
  );
  // Some go without a word, some say so, some are sent away, and two matches end.
  const gone = [hosts[0], joiners[0], joiners[6], joiners[1]];
  for (const player of gone) player?.vanish();
  await Promise.all([
    joiners[2]?.leave(),
    hosts[3]?.kick(joiners[3]?.playerId ?? ''),
    hosts[4]?.end(),
  ]);
  for (const player of [joiners[2], joiners[3], hosts[4], joiners[4], joiners[10]])
    player?.vanish();
  const stayingHosts = [1, 2, 3, 5].map((index) => hosts[index]);
  const staying = [...stayingHosts, ...[5, 7, 8, 9, 11].map((index) => joiners[index])];
  const tokensOf = (players: (StubbornPlayer | undefined)[]) =>
    players.map((player) => player?.session?.session_user?.authorization_token).sort();
  const idsOf = (players: (StubbornPlayer | undefined)[]) =>
    players.map((player) => player?.session?.session_id).sort();
  const expectSettled = () =>
    vi.waitFor(
      () => {
        const own = simulator.sessions().filter((one) => one.session_id !== foreign.session_id);
        expect(own.map(({ session_id }) => session_id).sort()).toEqual(idsOf(stayingHosts));
        const users = own.flatMap(({ session_users = [] }) => session_users);
        expect(users.map((user) => user.authorization_token).sort()).toEqual(tokensOf(staying));
      },
      // What an instance began to do, and could not write down, is taken up again after a minute.
      { timeout: 100_000, interval: 200 },
    );
  const told = logs.length;
  await expect.poll(() => logs.length, { timeout: 60_000 }).toBeGreaterThan(told + 200);
  isBad = false;
  await expectSettled();
  for (const player of staying) expect(player?.refusals).toEqual([]);
  // Nothing of it lasts: what is asked now is answered.
  const isFailure = (entry: LogEntry) => entry.event !== 'request' || entry.status >= 500;
  await expect.poll(() => logs.slice(-30).some(isFailure), { timeout: 20_000 }).toBe(false);
  for (const player of staying) player?.vanish();
  await Promise.all(playing);
  await expect.poll(() => simulator.sessions().length, { timeout: 70_000 }).toBe(1);
  await expect.poll(() => memory.sizeOfSet('leases'), { timeout: 70_000 }).toBe(0);
  await expect.poll(() => memory.sizeOfSet('chores'), { timeout: 70_000 }).toBe(0);
  for (const { playerId } of [...hosts, ...joiners]) {
    expect(await memory.membersOfSet(`sessions-of:${playerId}`)).toEqual([]);
  }
}, 300_000);
