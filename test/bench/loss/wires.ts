import type { BenchOptions, Figure } from '../figure.js';
import { type Exchanged, lossFigures } from './exchanged.js';
import { losePackets } from './network.js';
import type { Table } from './table.js';

/** A game's datagrams a second. */
const PER_SECOND = 60;
const WIRES = ['udp', 'websocket', 'webrtc'] as const;

/** Twenty players in Node, by each wire in turn, in each network. All are there from the start. */
export async function byWires(
  { players, target, echo }: Table,
  percents: readonly number[],
  { quick, say }: BenchOptions,
): Promise<Figure[]> {
  const rounds = quick ? 1 : 3;
  const play = { perSecond: PER_SECOND, seconds: quick ? 1 : 5 };
  for (const way of WIRES) {
    const options = { way, target: way === 'udp' ? echo : target, players: quick ? 4 : 20 };
    await players.tell('seatPlayers', options);
  }
  const played = new Map<string, Exchanged[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const percent of percents) {
      losePackets(percent);
      for (const way of WIRES) {
        say(`loss: ${percent} %, ${way}, round ${round} of ${rounds}`);
        const exchanged = await players.tell<Exchanged & { elsewhere: number }>('playSeated', {
          way,
          ...play,
        });
        if (exchanged.elsewhere > 0) say(`loss: ${exchanged.elsewhere} are on another wire now`);
        const about = `${percent}/${way}`;
        played.set(about, [...(played.get(about) ?? []), exchanged]);
      }
    }
  }
  losePackets(0);
  return [...played].flatMap(([about, all]) => lossFigures(about, all));
}
