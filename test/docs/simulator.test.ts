import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { simulatorHelp } from '../../src/cli/simulator-command.js';
import { FAILURES } from '../../src/simulator/faults/faults.js';
import { freePort } from '../support/free-port.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}docs/simulator.md`, 'utf8');

describe('the simulator’s page', () => {
  it('names every flag and every kind of failure', () => {
    for (const [flag] of simulatorHelp.matchAll(/--[a-z-]+/g)) expect(text).toContain(`\`${flag}`);
    for (const kind of FAILURES) expect(text).toContain(`\`${kind}\``);
  });

  it('has a pipeline whose exit code is the tests’, and that leaves no simulator', async () => {
    const [, script = ''] = /^```sh\n(set -e\n.*?)^```/ms.exec(text) ?? [];
    const port = String(await freePort());
    const tests = `fetch(process.env.EDGEGAP_API_URL).then(() => process.exit(7), () => process.exit(3))`;
    const own = script
      .replace(
        'node_modules/.bin/relais simulator',
        `node scripts/run.mjs src/cli/main.ts simulator --port ${port}`,
      )
      .replaceAll('8181', port)
      .replace('npm test', `node -e "${tests}"`);
    expect(own).toContain('run.mjs');
    expect(own).toContain('process.exit(7)');
    const shell = spawn('bash', ['-c', own], { cwd: root, stdio: 'ignore' });
    expect(await once(shell, 'exit')).toEqual([7, null]);
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      );
    await vi.waitUntil(async () => !(await isUp()), { timeout: 20_000 });
  }, 60_000);
});
