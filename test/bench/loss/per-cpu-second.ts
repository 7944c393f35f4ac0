import { type BenchOptions, type Figure, figure, median } from '../figure.js';
import { type BenchProcess, startProcess } from '../process.js';
import type { Exchanged } from './exchanged.js';
import type { Table } from './table.js';

/** Near what one player may send: so much that a datagram's own work counts, and no core is full. */
const MANY_PER_SECOND = 190;

/** Nothing is lost here: the last datagrams are back soon. In milliseconds. */
const LAST = 200;

/** Datagrams a second of a core, by either. */
interface Round {
  readonly bare: number;
  readonly gateway: number;
}

/** How many datagrams a second of a core carries by data channel: by the gateway, and by the bare forwarder. */
export async function perCpuSecond(
  { players, gateway, echo, count }: Table,
  { quick, say }: BenchOptions,
): Promise<Figure[]> {
  using forwarder = startProcess();
  // Who does not play is pinged all the same.
  await players.tell('unseatPlayers', { way: 'websocket' });
  const bare = await forwarder.tell<object>('startDataForwarder', echo);
  await players.tell('seatPlayers', { way: 'bare', target: bare, players: count });
  const measure = async (way: 'bare' | 'webrtc', by: BenchProcess) => {
    const cpu = () => by.tell<number>('cpu');
    const before = await cpu();
    const seconds = quick ? 0.5 : 2;
    const play = { way, perSecond: MANY_PER_SECOND, seconds, last: LAST };
    const { arrived } = await players.tell<Exchanged>('playSeated', play);
    // Each datagram is forwarded twice: there, and back.
    return (2 * arrived) / ((await cpu()) - before);
  };
  const rounds: Round[] = [];
  const times = quick ? 1 : 15;
  for (let round = quick ? 1 : 0; round <= times; round += 1) {
    say(`data-channel/per-cpu-second: round ${round} of ${times}`);
    const one = {
      bare: await measure('bare', forwarder),
      gateway: await measure('webrtc', gateway),
    };
    // One comes before the first, for nothing, so that none is measured cold.
    if (round > 0) rounds.push(one);
  }
  const middle = (name: string, unit: string, read: (round: Round) => number) =>
    figure(`data-channel/${name}`, unit, median(rounds.map(read)));
  return [
    middle('bare/per-cpu-second', 'datagrams', (round) => round.bare),
    middle('gateway/per-cpu-second', 'datagrams', (round) => round.gateway),
    middle('per-cpu-second-ratio', '1', (round) => round.gateway / round.bare),
  ];
}
