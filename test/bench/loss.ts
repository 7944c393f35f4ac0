import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type BenchOptions, CannotMeasure, type Figure } from './figure.js';

/** What runs in the namespace. */
const INSIDE = 'test/bench/loss/inside.ts';

/** Whether this machine lets a network namespace lose packets: the same commands as inside, and nothing behind them. */
const TRIAL = `
  ip link set lo up && ip link add page type veth peer name router && nft 'add table ip loss' &&
  nft 'add chain ip loss input { type filter hook input priority 0 ; }' &&
  nft 'add rule ip loss input numgen random mod 100 < 2 drop'`;

/** What pages are opened with, where they are not installed under another name. */
const { FIREFOX = '/usr/bin/firefox-esr' } = process.env;

/**
 * Datagrams where packets are lost: by raw UDP, by WebSocket and by data channel, in a network namespace of their own;
 * and what a data channel costs. Needs Linux, root, `ip` and `nft`.
 */
export async function loss({ quick, say }: BenchOptions): Promise<Figure[]> {
  const problem = whyNot(quick);
  if (problem) throw new CannotMeasure(problem);
  say('loss: in a network namespace');
  const run = [process.execPath, 'scripts/run.mjs', INSIDE, ...(quick ? ['--quick'] : [])];
  // The namespace goes with its processes.
  const child = spawn('unshare', ['--net', ...run], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const said = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`The measurement in the namespace ended: ${code}.`);
  return JSON.parse(said) as Figure[];
}

/** Why packets cannot be lost here; `undefined` where they can. */
export function whyNot(quick: boolean): string | undefined {
  if (process.platform !== 'linux') return 'packets are lost by a network namespace of Linux.';
  if (process.getuid?.() !== 0) return 'only root may make a network namespace that loses packets.';
  const { error, status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', TRIAL]);
  const why = error?.message ?? String(stderr).trim();
  if (status !== 0) return `this machine makes no network that loses packets: ${why}`;
  if (!quick && !existsSync(FIREFOX)) return `there is no Firefox at ${FIREFOX}.`;
  return undefined;
}
