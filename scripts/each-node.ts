// Runs the short tests on the oldest Node that is supported, and on each line with long-term support.
import { spawnSync } from 'node:child_process';
import manifest from '../test/runtimes/package.json' with { type: 'json' };

const lines = Object.keys(manifest.devDependencies).filter((name) => name.startsWith('node-'));

/** Tests that fail on a line, each with what is open there: it is said whenever they are left out. */
const OPEN: Readonly<Record<string, { readonly file: string; readonly why: string }>> = {
  'node-26': {
    file: 'test/http/listen.test.ts',
    why: 'with a gateway, a request with a body that would rather speak HTTP/2 is not answered',
  },
};

for (const line of lines) {
  const node = `test/runtimes/node_modules/${line}/bin/node`;
  process.stdout.write(`${line}: ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout}`);
  const tests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'quick'];
  const open = OPEN[line];
  if (open) {
    tests.push('--exclude', open.file);
    process.stdout.write(`${line}: ${open.file} is left out, for ${open.why}.\n`);
  }
  const { status } = spawnSync(node, tests, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The tests fail on ${line}.`);
}
