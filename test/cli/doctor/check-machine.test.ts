import { expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { checkMachine } from '../../../src/cli/doctor/check-machine.js';

const NOW = Date.parse('2026-11-27');
const levels = (node: string, files?: number, now = NOW) =>
  checkMachine({ node, files, now }).map(({ level }) => level);

it('Node is judged by its age, and by what the package asks for', () => {
  expect(manifest.engines.node).toBe('>=20.19');
  expect(levels('18.20.8')).toEqual(['problem']);
  expect(levels('20.18.0')).toEqual(['problem']);
  expect(levels('20.19.0')).toEqual(['warning']);
  expect(levels('20.19.0', undefined, Date.parse('2026-04-29'))).toEqual(['fine']);
  expect(levels('22.12.0')).toEqual(['fine']);
  expect(levels('24.0.0', undefined, Date.parse('2028-05-01'))).toEqual(['warning']);
  // A line of which nobody here has heard.
  expect(levels('99.0.0')).toEqual(['fine']);
});

it('open files are judged by how many players they are enough for', () => {
  expect(levels('22.12.0', 1_024)).toEqual(['fine', 'warning']);
  expect(levels('22.12.0', 65_536)).toEqual(['fine', 'fine']);
  expect(levels('22.12.0', Number.POSITIVE_INFINITY)).toEqual(['fine', 'fine']);
});
