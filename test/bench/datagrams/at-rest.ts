import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchOptions, type Figure, figure } from '../figure.js';
import { startProcess } from '../process.js';

/** Who connects before, so that the code is loaded and compiled when memory is looked at first. */
const FIRST = 100;

/** What players cost who are connected and silent: memory, and the share of a core that the pings take. */
export async function atRest({ quick, say }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100 : 9_900;
  const seconds = quick ? 2 : 20;
  using farEnd = startProcess();
  using gateway = startProcess();
  using players = startProcess();
  const target = await gateway.tell<{ url: string }>('gateway', await farEnd.tell('relay'));
  await players.tell('rest', { target, players: FIRST });
  await players.tell('leave');
  const { rss: before } = await gateway.tell<{ rss: number }>('memory');
  say(
    `datagrams/rest: ${count} players connect. Two open files each: "ulimit -n 20000" is enough.`,
  );
  await players.tell('rest', { target, players: count });
  await sleep(seconds * 500);
  const cpuBefore = await gateway.tell<number>('cpu');
  await sleep(seconds * 1_000);
  const cpu = (await gateway.tell<number>('cpu')) - cpuBefore;
  const { rss: after } = await gateway.tell<{ rss: number }>('memory');
  const { channels } = await gateway.tell<{ channels: number }>('totals');
  if (channels !== count) throw new Error(`Only ${channels} of ${count} players are connected.`);
  return [
    figure(`datagrams/rest=${count}/rss-per-player`, 'KiB', (after - before) / 1024 / count),
    figure(`datagrams/rest=${count}/cpu`, '%', (cpu / seconds) * 100),
  ];
}
