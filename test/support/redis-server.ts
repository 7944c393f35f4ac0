import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
/** In CI nothing is left out: what is missing there is a fault. */
const isNeeded = Boolean(process.env['CI'] || process.env['NEEDS_REDIS']);
const isLeftOut = !isInstalled && !isNeeded;

/** What needs a real Redis. Where there is none, it is left out, and a sentence says so. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (isLeftOut) {
    process.stderr.write(
      `Left out, for there is no redis-server (a package of Debian’s): ${name}\n`,
    );
  }
  describe.skipIf(isLeftOut)(name, tests);
}

export { type RedisServer, startRedis } from './redis-process.js';
