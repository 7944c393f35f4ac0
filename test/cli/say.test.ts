import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';

const FULL = '/dev/full';
let simulator: Simulator;
let folder: string;
let child: ChildProcess;

beforeAll(async () => {
  simulator = await createSimulator();
  folder = mkdtempSync(join(tmpdir(), 'relais-log-'));
});
afterEach(() => child?.kill('SIGKILL'));
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const environment = () => ({
  PATH: process.env['PATH'],
  EDGEGAP_API_TOKEN: 'secret',
  EDGEGAP_API_URL: simulator.url,
  RELAIS_GUESTS: 'on',
});

/** Starts a command with its output where a test wants it. */
function start(command: string, args: string[], stdout: number | 'pipe'): Promise<unknown[]> {
  child = spawn(command, args, { env: environment(), stdio: ['ignore', stdout, 'ignore'] });
  return once(child, 'exit');
}

const answers = (url: string) => async () => (await fetch(url).catch(() => undefined))?.status;

/** How many lines the proxy says it has dropped; each look makes one more. */
async function dropped(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^relais_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
}

async function stop(ended: Promise<unknown[]>): Promise<unknown> {
  child.kill('SIGTERM');
  return (await ended)[0];
}

describe('relais proxy serves on, and counts the lines that it could not write,', {
  timeout: 30_000,
}, () => {
  it('when whoever reads its log is gone', async () => {
    const ended = start(process.execPath, ['dist/cli.js', 'proxy', '--port', '0'], 'pipe');
    const [said] = await once(child.stdout ?? process.stdin, 'data');
    const url = /listening on (\S+)/.exec(String(said))?.[1] ?? '';
    child.stdout?.destroy();
    await expect.poll(() => dropped(url), { timeout: 10_000 }).toBeGreaterThan(3);
    expect(await stop(ended)).toBe(0);
  });

  it('when the disk is full', async () => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const args = ['dist/cli.js', 'proxy', '--port', port];
    const ended = start(process.execPath, args, openSync(FULL, 'w'));
    await expect.poll(answers(`${url}/healthz`), { timeout: 10_000 }).toBe(200);
    await expect.poll(() => dropped(url), { timeout: 10_000 }).toBeGreaterThan(3);
    expect(await stop(ended)).toBe(0);
  });

  it('when its file has grown as large as it may, and tells of them once there is room', async () => {
    const file = join(folder, 'log');
    const script = `ulimit -f 1; exec ${process.execPath} dist/cli.js proxy --port 0 >> ${file}`;
    const ended = start('bash', ['-c', script], 'pipe');
    const lines = () => readFileSync(file, 'utf8').split('\n');
    const listening = () => /listening on (\S+)/.exec(lines().join('\n'))?.[1];
    await expect.poll(listening, { timeout: 10_000 }).toBeTruthy();
    const url = listening() ?? '';
    await expect.poll(() => dropped(url), { timeout: 10_000 }).toBeGreaterThan(3);
    truncateSync(file);
    const told = async () => {
      await fetch(`${url}/healthz`);
      return lines().find((line) => line.includes('"event":"log"'));
    };
    await expect.poll(told, { timeout: 10_000 }).toBeTruthy();
    expect(JSON.parse((await told()) ?? '')).toEqual({
      event: 'log',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      dropped: expect.any(Number),
    });
    expect(await stop(ended)).toBe(0);
  });

  it('when whoever reads it is stuck, and stops when it is told to', async () => {
    const ended = start(process.execPath, ['dist/cli.js', 'proxy', '--port', '0'], 'pipe');
    const [said] = await once(child.stdout ?? process.stdin, 'data');
    child.stdout?.pause();
    const url = /listening on (\S+)/.exec(String(said))?.[1] ?? '';
    // More than a pipe holds.
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/healthz`)));
    }
    expect(await answers(`${url}/healthz`)()).not.toBe(undefined);
    expect(await stop(ended)).toBe(0);
  });
});

it('relais simulator serves on where it cannot say that it listens', {
  timeout: 30_000,
}, async () => {
  const port = String(await freePort());
  const args = ['dist/cli.js', 'simulator', '--port', port, '--control'];
  const ended = start(process.execPath, args, openSync(FULL, 'w'));
  const url = `http://127.0.0.1:${port}/_simulator/stats`;
  await expect.poll(answers(url), { timeout: 10_000 }).toBe(200);
  expect(await stop(ended)).toBe(0);
});

it('a wrong setting keeps its exit code where nobody can read which it is', async () => {
  const script = `${process.execPath} dist/cli.js proxy --port x 2> ${FULL}`;
  expect(await start('bash', ['-c', script], 'pipe')).toEqual([2, null]);
  expect((await runCommand(['--help']).ended).code).toBe(0);
});
