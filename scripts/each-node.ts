// Runs the short tests on the oldest Node that is supported, and on each line with long-term support.
import { spawnSync } from 'node:child_process';
import manifest from '../test/runtimes/package.json' with { type: 'json' };

const lines = Object.keys(manifest.devDependencies).filter((name) => name.startsWith('node-'));

for (const line of lines) {
  const node = `test/runtimes/node_modules/${line}/bin/node`;
  process.stdout.write(`${line}: ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout}`);
  // Four lines one after the other meet a slow moment sooner than one: what fails is tried again.
  const tests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'quick', '--retry', '2'];
  const { status } = spawnSync(node, tests, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The tests fail on ${line}.`);
}
