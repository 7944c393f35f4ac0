import type { BenchOptions, Figure } from '../figure.js';
import { type Exchanged, lossFigures } from './exchanged.js';
import { losePackets } from './network.js';
import { type Table, WAYS } from './table.js';

/** A game's datagrams a second. */
const PER_SECOND = 60;

/** The players in Node, by each way in turn, in each network. */
export async function byWires(
  { players }: Table,
  percents: readonly number[],
  { quick, say }: BenchOptions,
): Promise<Figure[]> {
  const rounds = quick ? 1 : 3;
  const play = { perSecond: PER_SECOND, ...(quick ? { seconds: 0.5, last: 300 } : { seconds: 5 }) };
  const played = new Map<string, Exchanged[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const percent of percents) {
      losePackets(percent);
      for (const way of WAYS) {
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
