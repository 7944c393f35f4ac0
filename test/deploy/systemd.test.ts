import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const UNIT = readFileSync('deploy/systemd/relais.service', 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'relais-unit-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** The unit with programs that are there, for systemd looks for them. */
function unitHere(): string {
  const file = join(folder, 'relais.service');
  writeFileSync(file, UNIT.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`));
  return file;
}

/** What systemd says of a unit: its warnings are written where errors are. */
function analyze(...args: string[]): string {
  return execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', 'systemd-analyze', ...args], {
    encoding: 'utf8',
  });
}

it('systemd has nothing to say about the unit', () => {
  expect(analyze('verify', '--man=no', unitHere())).toBe('');
});

it('systemd finds that the unit gives up what it can', () => {
  // From 0 to 100: 20 is 2.0 of 10, where systemd's own words are "OK".
  expect(analyze('security', '--offline=true', '--threshold=20', unitHere())).toContain('OK');
});

it('the unit starts the command as docs/proxy.md wants it: by Node, for npx keeps signals to itself', () => {
  expect(UNIT).toMatch(/^ExecStart=\S+\/node \S+\/node_modules\/relais\/dist\/cli\.js proxy /m);
});
