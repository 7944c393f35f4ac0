import { type BenchOptions, type Figure, figure, median } from '../figure.js';
import { type BenchProcess, startProcess } from '../process.js';
import type { Exchanged } from './exchanged.js';
import { startTable } from './table.js';

/** Near what one player may send: so much that a datagram's own work counts, and no core is full. */
const MANY_PER_SECOND = 190;

/** How many datagrams a second of a core carries by data channel: by the gateway, and by the bare forwarder. */
export async function perCpuSecond({ quick, say }: BenchOptions): Promise<Figure[]> {
  await using table = await startTable();
  using forwarder = startProcess();
  const { players, gateway, echo, target } = table;
  const bare = await forwarder.tell<object>('startDataForwarder', echo);
  const count = quick ? 5 : 30;
  await players.tell('seatPlayers', { way: 'bare', target: bare, players: count });
  await players.tell('seatPlayers', { way: 'webrtc', target, players: count });
  const measure = async (way: 'bare' | 'webrtc', by: BenchProcess) => {
    const cpu = () => by.tell<number>('cpu');
    const before = await cpu();
    const play = { way, perSecond: MANY_PER_SECOND, seconds: quick ? 0.5 : 3 };
    const { arrived } = await players.tell<Exchanged>('playSeated', play);
    // Each datagram is forwarded twice: there, and back.
    return (2 * arrived) / ((await cpu()) - before);
  };
  const rounds: { readonly bare: number; readonly gateway: number }[] = [];
  const times = quick ? 1 : 9;
  for (let round = quick ? 1 : 0; round <= times; round += 1) {
    say(`data-channel/per-cpu-second: round ${round} of ${times}`);
    const one = {
      bare: await measure('bare', forwarder),
      gateway: await measure('webrtc', gateway),
    };
    // The first is for nothing, so that none is measured cold.
    if (round > 0) rounds.push(one);
  }
  const middle = (read: (round: (typeof rounds)[number]) => number) => median(rounds.map(read));
  return [
    figure(
      'data-channel/bare/per-cpu-second',
      'datagrams',
      middle((round) => round.bare),
    ),
    figure(
      'data-channel/gateway/per-cpu-second',
      'datagrams',
      middle((round) => round.gateway),
    ),
    figure(
      'data-channel/per-cpu-second-ratio',
      '1',
      middle((round) => round.gateway / round.bare),
    ),
  ];
}
