import { type BenchOptions, type Figure, figure, percentile } from '../figure.js';
import { startProcess } from '../process.js';
import { startWays } from './ways.js';

const ATTACK_PER_SECOND = 100_000;

/** One player's p99, before and while another one sends 100,000 datagrams a second. */
export async function underAttack({ quick, say }: BenchOptions): Promise<Figure[]> {
  say('datagrams/attack');
  using ways = await startWays();
  using attacker = startProcess();
  const seconds = quick ? 1 : 8;
  const play = { players: 1, perSecond: 60, seconds };
  const p99 = async () => percentile((await ways.play('gateway', play)).roundTrips, 0.99);
  await p99();
  const before = await p99();
  const target = { url: ways.urls.gateway };
  const attack = attacker.tell('attack', { target, perSecond: ATTACK_PER_SECOND, seconds });
  const under = await p99();
  await attack;
  return [
    figure('datagrams/attack/p99-before', 'ms', before),
    figure('datagrams/attack/p99', 'ms', under),
  ];
}
