import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from './free-port.js';

/** A real Redis on a port of its own, which keeps nothing on the disk. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Asks it something, whatever its state. */
  ask<Answer = unknown>(...command: string[]): Promise<Answer>;
  /** Ends it at once, and all that it knows with it. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Keeps it from answering, while its connections stay. */
  pause(): void;
  resume(): void;
}

/** @param settings - as on its command line: `--requirepass`, for instance. */
export async function startRedis(
  settings: readonly string[] = [],
  access: { readonly username?: string; readonly password?: string } = {},
): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'relais-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const memory = ['--save', '', '--appendonly', 'no', '--dir', folder];
  const args = ['--port', String(port), '--bind', '127.0.0.1', ...memory, ...settings];
  let child: ChildProcess;
  const ask = async <Answer>(...command: string[]): Promise<Answer> => {
    const socket = { connectTimeout: 2_000, reconnectStrategy: false } as const;
    const client = createClient({ url, ...access, socket, maintNotifications: 'disabled' });
    client.on('error', () => {});
    await client.connect();
    try {
      return await client.sendCommand<Answer>(command);
    } finally {
      client.destroy();
    }
  };
  const start = async () => {
    child = spawn('redis-server', args, { stdio: 'ignore' });
    const failed = Promise.race([
      once(child, 'error').then(([error]) => Promise.reject(error)),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`Redis ended with ${code}.`))),
    ]);
    const isUp = untilAnswered(() => ask('PING'));
    await Promise.race([failed, isUp]);
    failed.catch(() => {});
  };
  const kill = async () => {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    child.kill('SIGKILL');
    if (!isOver) await once(child, 'close');
  };
  await start();
  return {
    port,
    url,
    ask,
    kill,
    start,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Tries again and again until it succeeds; after 20 s what went wrong is thrown. */
async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() - started > 20_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
