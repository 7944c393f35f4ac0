import { type BenchOptions, type Figure, figure, median } from '../figure.js';
import { type Play, startWays, type Way, type Ways } from './ways.js';

/** A game's datagrams a second. */
const PER_SECOND = 60;
/** Near what one player may send: so much that a datagram's own work counts, and no core is full. */
const MANY_PER_SECOND = 190;
const MICROSECONDS = 1_000;

/** One round: p50 of each way, in milliseconds. */
async function measureRoundTrips(ways: Ways, play: Play) {
  const p50 = async (way: Way) => median((await ways.play(way, play)).roundTrips);
  const udp = await p50('udp');
  const forwarder = (await p50('forwarder')) - udp;
  const gateway = (await p50('gateway')) - udp;
  return { udp, forwarder, gateway };
}

/** How much later datagrams are back by the forwarders than straight: at 60 a second, the ways in turn. */
export async function roundTrips({ quick, say }: BenchOptions): Promise<Figure[]> {
  using ways = await startWays();
  const figures: Figure[] = [];
  for (const players of quick ? [1, 20] : [1, 200]) {
    const play = { players, perSecond: PER_SECOND, seconds: quick ? 0.5 : 2 };
    const runs = await inRounds(
      quick,
      () => measureRoundTrips(ways, play),
      (round) => {
        say(`datagrams/round-trip, ${players} players: ${round}`);
      },
    );
    const micro = (name: string, values: number[]) =>
      figure(`datagrams/${name}/players=${players}`, 'µs', median(values) * MICROSECONDS);
    const ratio = median(runs.map(({ gateway, forwarder }) => gateway / forwarder));
    figures.push(
      micro(
        'udp/p50',
        runs.map(({ udp }) => udp),
      ),
      micro(
        'bare/added-p50',
        runs.map(({ forwarder }) => forwarder),
      ),
      micro(
        'gateway/added-p50',
        runs.map(({ gateway }) => gateway),
      ),
      figure(`datagrams/added-p50-ratio/players=${players}`, '1', ratio),
    );
  }
  return figures;
}

/** How many datagrams a second of a core forwards, both directions counted. */
export async function perCpuSecond({ quick, say }: BenchOptions): Promise<Figure[]> {
  using ways = await startWays();
  const play = { players: quick ? 10 : 30, perSecond: MANY_PER_SECOND, seconds: quick ? 0.5 : 3 };
  const measure = async () => {
    const forwarder = (await ways.play('forwarder', play)).perCpuSecond;
    const gateway = (await ways.play('gateway', play)).perCpuSecond;
    return { forwarder, gateway };
  };
  const runs = await inRounds(quick, measure, (round) => say(`datagrams/per-cpu-second: ${round}`));
  return [
    figure(
      'datagrams/bare/per-cpu-second',
      'datagrams',
      median(runs.map(({ forwarder }) => forwarder)),
    ),
    figure(
      'datagrams/gateway/per-cpu-second',
      'datagrams',
      median(runs.map(({ gateway }) => gateway)),
    ),
    figure(
      'datagrams/per-cpu-second-ratio',
      '1',
      median(runs.map(({ gateway, forwarder }) => gateway / forwarder)),
    ),
  ];
}

/** Measures once for nothing, so that none is measured cold, and then nine times. */
async function inRounds<T>(
  quick: boolean,
  measure: () => Promise<T>,
  tell: (round: string) => void,
): Promise<T[]> {
  const rounds = quick ? 1 : 9;
  if (!quick) await measure();
  const runs: T[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}`);
    runs.push(await measure());
  }
  return runs;
}
