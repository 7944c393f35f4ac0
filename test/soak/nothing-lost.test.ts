import { expect, it, vi } from 'vitest';
import { RelayApi } from '../../src/api/relay-api.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import { runCommand } from '../support/command.js';
import { StubbornPlayer } from '../support/stubborn-player.js';

const API_TOKEN = 'studio-api-token-77aa';

const tokenOf = ({ session }: StubbornPlayer) => session?.session_user?.authorization_token;

it('30 % of all calls fail, the process is killed: just the sessions whose host is there stay open', async () => {
  const simulator = await createSimulator({ apiToken: API_TOKEN, linkDelay: 300, seed: 7 });
  const api = new RelayApi({ apiToken: API_TOKEN, baseUrl: simulator.url });
  const foreign = await api.createSession({ users: [{ ip: '198.51.100.1' }] });
  const env = {
    EDGEGAP_API_TOKEN: API_TOKEN,
    RELAIS_DRAIN: '0',
    EDGEGAP_API_URL: simulator.url,
    RELAIS_SECRETS: 'a secret that outlives the process 1234567890',
    RELAIS_GUESTS: 'on',
    RELAIS_DEVELOPMENT_IP: '203.0.113.7',
    RELAIS_LEASE: '8',
    RELAIS_LONGEST_WAIT: '1',
    RELAIS_UPSTREAM_CALLS: '500',
    RELAIS_UPSTREAM_TIMEOUT: '2000',
    RELAIS_REQUESTS_PER_IP: '1000000',
    RELAIS_REQUESTS_PER_PLAYER: '1000000',
    RELAIS_CREATES_PER_PLAYER: '1000000',
    RELAIS_CREATES_PER_IP: '1000000',
  };
  const first = runCommand(['proxy', '--port', '0'], env);
  const url = await first.listening;
  simulator.faults.add({ kind: 'any', rate: 0.3, retryAfter: 0 });

  const early = await Promise.all(Array.from({ length: 6 }, () => StubbornPlayer.come(url)));
  await Promise.all(early.map((player, index) => player.host(`early-${index}`)));
  const joiners = await Promise.all(early.map(() => StubbornPlayer.come(url)));
  await Promise.all(
    joiners.map((player, index) => player.join(early[index]?.session?.join_code ?? '')),
  );
  const playing = [...early, ...joiners].map((player) => player.play());
  // These ask for their sessions while the process dies.
  const late = await Promise.all(Array.from({ length: 6 }, () => StubbornPlayer.come(url)));
  const entering = late.map((player, index) => player.host(`late-${index}`));
  await vi.waitFor(() => expect(simulator.sessions().length).toBeGreaterThan(8), { interval: 1 });
  first.stop('SIGKILL');
  await first.ended;
  // These never come back.
  for (const player of [...early.slice(0, 3), ...joiners.slice(0, 4)]) player.vanish();
  const second = runCommand(['proxy', '--port', new URL(url).port], env);
  await second.listening;
  await Promise.all(entering);
  playing.push(...late.map((player) => player.play()));
  for (const player of late.slice(0, 2)) player.vanish();

  const hosts = [...early.slice(3), ...late.slice(2)];
  const guests = joiners.slice(4);
  const expected = [foreign.session_id, ...hosts.map(({ session }) => session?.session_id)].sort();
  await vi.waitFor(
    () => {
      const open = simulator.sessions();
      expect(open.map(({ session_id }) => session_id).sort()).toEqual(expected);
      const users = open
        .filter(({ session_id }) => session_id !== foreign.session_id)
        .flatMap(({ session_users }) => session_users?.map((user) => user.authorization_token));
      expect(users.sort()).toEqual([...hosts, ...guests].map(tokenOf).sort());
    },
    { timeout: 60_000, interval: 200 },
  );
  // It stays so: who is there keeps their seat for longer than a lease.
  const seen = simulator.stats().calls['relay-session-list'];
  await vi.waitFor(
    () =>
      expect(JSON.stringify(simulator.stats().calls['relay-session-list'])).not.toBe(
        JSON.stringify(seen),
      ),
    { timeout: 20_000, interval: 200 },
  );
  expect(
    simulator
      .sessions()
      .map(({ session_id }) => session_id)
      .sort(),
  ).toEqual(expected);
  for (const player of [...hosts, ...guests]) expect(player.refusals).toEqual([]);
  for (const player of [...hosts, ...guests]) player.vanish();
  await Promise.all(playing);
  second.stop('SIGTERM');
  expect((await second.ended).code).toBe(0);
  await simulator.close();
}, 120_000);
