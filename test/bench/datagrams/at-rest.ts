import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchOptions, type Figure, figure } from '../figure.js';
import { startProcess } from '../process.js';

/**
 * How many of them are there when memory is looked at first: by then the code is compiled, and the runtime's own young
 * heap, 32 MiB whoever comes, has grown. The process's memory in all is a figure of its own.
 */
const FIRST = 0.1;
/** What the gateway's process has open beside two sockets for each player. */
const SPARE_FILES = 100;

/** What players cost who are connected and silent: memory, and the share of a core that the pings take. */
export async function atRest({ quick, say }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100 : 9_900;
  const seconds = quick ? 2 : 20;
  checkOpenFiles(2 * count + SPARE_FILES);
  using farEnd = startProcess();
  using gateway = startProcess();
  using players = startProcess();
  const target = await gateway.tell<{ url: string }>('gateway', await farEnd.tell('relay'));
  const first = count * FIRST;
  await players.tell('rest', { target, players: first });
  const { rss: before } = await gateway.tell<{ rss: number }>('memory');
  say(`datagrams/rest: ${count} players connect`);
  await players.tell('rest', { target, players: count - first });
  await sleep(seconds * 500);
  const cpuBefore = await gateway.tell<number>('cpu');
  await sleep(seconds * 1_000);
  const cpu = (await gateway.tell<number>('cpu')) - cpuBefore;
  const { rss: after } = await gateway.tell<{ rss: number }>('memory');
  const { channels } = await gateway.tell<{ channels: number }>('totals');
  if (channels !== count) throw new Error(`Only ${channels} of ${count} players are connected.`);
  return [
    figure(`datagrams/rest=${count}/rss`, 'MiB', after / 2 ** 20),
    figure(
      `datagrams/rest=${count}/rss-per-player`,
      'KiB',
      (after - before) / 1024 / (count - first),
    ),
    figure(`datagrams/rest=${count}/cpu`, '%', (cpu / seconds) * 100),
  ];
}

/** @throws where a process may not have so many open files: sockets would be missing, and nobody would say why. */
function checkOpenFiles(needed: number): void {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | 'unlimited' } };
  };
  const { soft } = userLimits.open_files;
  if (soft === 'unlimited' || soft >= needed) return;
  throw new Error(`Only ${soft} files may be open here: run "ulimit -n ${needed}" before.`);
}
