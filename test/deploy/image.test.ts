import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type BuiltImage, buildImage, contextFiles, filesIn } from './build-image.js';
import { lastOf } from './dockerfile.js';
import { asUser, runInSandbox, type Sandboxed } from './sandbox.js';

let image: BuiltImage;
const running: Sandboxed[] = [];

beforeAll(async () => {
  image = await buildImage();
});
afterEach(async () => {
  for (const { child, pid, ended } of running.splice(0)) {
    // With its first process a container ends; what waits for it ends then, too.
    if (child.exitCode === null) process.kill(await pid, 'SIGKILL');
    await ended;
  }
});
afterAll(() => {
  if (image) rmSync(dirname(image.root), { recursive: true });
});

const SETTINGS = {
  EDGEGAP_API_TOKEN: 'secret-of-the-studio',
  EDGEGAP_API_URL: 'http://127.0.0.1:8181',
  RELAIS_GUESTS: 'on',
  RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  RELAIS_GATEWAY: 'on',
};

/** Starts a container, as far as this can be had: read-only, its user, process id 1, a network of its own. */
function start(settings: Record<string, string> = {}): Sandboxed {
  const { root, stage, workdir, env } = image;
  const [entrypoint, cmd, user] = ['ENTRYPOINT', 'CMD', 'USER'].map((word) => lastOf(stage, word));
  const container = runInSandbox(
    {
      root,
      folders: [workdir],
      isReadOnly: true,
      isAlone: true,
      cwd: workdir,
      env: { ...env, ...SETTINGS, ...settings },
      user: user?.words[0],
    },
    [...(entrypoint?.words ?? []), ...(cmd?.words ?? [])],
  );
  running.push(container);
  return container;
}

/** Runs something in a container that runs, as its user. @returns what it says. */
async function inside(container: Sandboxed, command: readonly string[]): Promise<string> {
  const where = [
    `--target=${await container.pid}`,
    '--mount',
    '--pid',
    '--net',
    `--wdns=${image.workdir}`,
  ];
  const user = lastOf(image.stage, 'USER').words[0] ?? '';
  const args = [...where, ...asUser(user), ...command];
  return (await promisify(execFile)('nsenter', args)).stdout;
}

const healthcheck = (container: Sandboxed) =>
  inside(container, lastOf(image.stage, 'HEALTHCHECK').words);

const isHealthy = async (container: Sandboxed) =>
  healthcheck(container).then(
    () => true,
    () => false,
  );

/** What the proxy answers there. */
const statusOf = (container: Sandboxed, path: string) =>
  inside(container, [
    'node',
    '--eval',
    `fetch('http://127.0.0.1:8080${path}').then(({ status }) => console.log(status))`,
  ]);

describe('the image, its steps carried out in an empty folder', () => {
  it('holds the command with its licences, and nothing else', () => {
    const own = filesIn(image.root).filter((file) => !file.startsWith('/relais/node_modules/'));
    expect(own).toEqual([
      '/relais/LICENSE',
      '/relais/dist/cli.js',
      '/relais/dist/cli.licenses.txt',
      '/relais/package.json',
    ]);
  });

  it('holds what carries data channels, which loads there', async () => {
    const names = readdirSync(join(image.root, 'relais/node_modules'));
    expect(names.sort()).toEqual(['@node-datachannel', 'detect-libc', 'node-datachannel']);
    const container = start();
    // Only then its folders are all in place.
    await until(async () => expect(await isHealthy(container)).toBe(true), 200);
    const load =
      "import('node-datachannel').then(({ PeerConnection }) => console.log(typeof PeerConnection))";
    expect(await inside(container, ['node', '--eval', load])).toBe('function\n');
  });

  it('says that no page reaches its data channels where it is told no public address', async () => {
    const container = start({ RELAIS_GATEWAY_UDP_PORT: '3478', RELAIS_DEVELOPMENT_IP: '' });
    await until(async () => expect(await isHealthy(container)).toBe(true), 200);
    process.kill(await container.pid, 'SIGTERM');
    const { said } = await container.ended;
    expect(said).toContain('"what":"no-data-channels","why":"no-address","todo":"Name the public');
  });

  it('is built from what the build needs, and from no secret', () => {
    const files = contextFiles();
    expect(files).toContain('src/cli/main.ts');
    const first = new Set(files.map((file) => file.split('/')[0]));
    expect([...first].sort()).toEqual([
      '.npmrc',
      'LICENSE',
      'package-lock.json',
      'package.json',
      'scripts',
      'src',
      'tsconfig.build.json',
      'tsconfig.json',
      'vite.config.ts',
    ]);
  });

  it('serves as nobody special on a read-only disk, is found healthy, and ends at SIGTERM', async () => {
    const container = start();
    await until(async () => expect(await isHealthy(container)).toBe(true), 200);
    const status = await inside(container, ['cat', '/proc/1/status']);
    expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m);
    expect(status).toMatch(/^CapBnd:\s+0{16}$/m);
    await expect(inside(container, ['touch', '/relais/x'])).rejects.toThrow('Read-only');
    process.kill(await container.pid, 'SIGTERM');
    expect(await container.ended).toMatchObject({ code: 0 });
  });

  it('is healthy but not ready where the relay service cannot be reached', async () => {
    const container = start();
    await until(async () => expect(await isHealthy(container)).toBe(true), 200);
    expect(await statusOf(container, '/readyz')).toBe('503\n');
  });

  it('is not healthy where nothing listens', async () => {
    const container = start({
      RELAIS_REDIS_URL: 'redis://127.0.0.1:1',
      RELAIS_SECRETS: 'x'.repeat(32),
    });
    await container.pid;
    expect(await isHealthy(container)).toBe(false);
  });

  it('ends at SIGTERM while it still looks for its Redis', async () => {
    const container = start({
      RELAIS_REDIS_URL: 'redis://127.0.0.1:1',
      RELAIS_SECRETS: 'x'.repeat(32),
    });
    const pid = await container.pid;
    // Said again and again: until it has loaded the command, Node itself takes the signal, and drops it as process 1.
    const timer = setInterval(() => {
      try {
        process.kill(pid, 'SIGTERM');
      } catch {
        // It has ended, and its end is told next.
      }
    }, 100);
    const { code, said } = await container.ended.finally(() => clearInterval(timer));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });
});
