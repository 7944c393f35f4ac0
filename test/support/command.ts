import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { built } from './built.js';

/** A command that was started. */
export interface Command {
  /** The address that it says it listens on. Rejects when it ends before it says so. */
  readonly listening: Promise<string>;
  /** Ends it with a signal. */
  stop(signal: NodeJS.Signals): void;
  /** What became of it. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Runs the bundled command line with nothing in its environment but `env`, and with `input` on its standard input. */
export function runCommand(
  args: string[],
  env: Record<string, string> = {},
  { file = built('cli.js'), cwd = process.cwd(), input = '' } = {},
): Command {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    [file, ...args],
    { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.on('error', () => {}).end(input);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const [, url] = /listening on (\S+)/.exec(stdout) ?? [];
      if (url) resolve(url);
    });
    void ended.then(() => reject(new Error(`It ended: ${stdout}${stderr}`)));
  });
  listening.catch(() => {});
  return { listening, stop: (signal) => child.kill(signal), ended };
}
