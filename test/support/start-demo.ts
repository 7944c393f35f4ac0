import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A demo that runs. */
export interface Demo extends AsyncDisposable {
  readonly url: string;
  readonly printed: string;
  /** Tells it to stop, as Ctrl-C does. */
  interrupt(): void;
}

/** Starts `npm run demo` as the README tells, on a free port. */
export async function startDemo(
  args: readonly string[] = [],
  settings: NodeJS.ProcessEnv = {},
): Promise<Demo> {
  const { EDGEGAP_API_TOKEN: _real, ...env } = process.env;
  const demo = spawn(process.execPath, ['scripts/run.mjs', 'demo/server/start.ts', ...args], {
    env: { ...env, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(demo, 'exit');
  let printed = '';
  demo.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    demo.stdout.on('data', (chunk) => {
      printed += chunk;
      const [, address] = /Relais demo\s+(\S+)[\s\S]*relay service/.exec(printed) ?? [];
      if (address) resolve(address);
    });
    demo.once('exit', () => reject(new Error(`The demo ended: ${printed}`)));
  });
  return {
    url,
    printed,
    interrupt: () => demo.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      demo.kill('SIGTERM');
      await ended;
    },
  };
}
