import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A screen that nobody sees. */
export interface Screen {
  /** What `DISPLAY` is set to. */
  readonly display: string;
  close(): Promise<void>;
}

/** Starts Xvfb on a display that is free. */
export async function startXvfb(): Promise<Screen> {
  // It writes the number of its display to the fourth of these, once it can be used.
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  const [number] = await Promise.race([
    once(child.stdio[3] as Readable, 'data'),
    ended.then(() => Promise.reject(new Error('Xvfb ended.'))),
  ]);
  return {
    display: `:${String(number).trim()}`,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
