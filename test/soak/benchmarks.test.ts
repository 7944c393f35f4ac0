import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../bench/figure.js';
import { namesOf } from '../bench/names.js';

describe('the benchmarks', () => {
  it.each(['bundles', 'throughput', 'heldRequests'] as const)(
    'print %s as one JSON array',
    async (section) => {
      const args = ['scripts/run.mjs', 'test/bench/bench.ts', '--json', '--quick', '--as-built'];
      const { stdout } = await promisify(execFile)(process.execPath, [...args, '--only', section]);
      const figures = JSON.parse(stdout) as Figure[];
      expect(figures.map(({ name }) => name)).toEqual(namesOf(section, true));
      for (const figure of figures) {
        expect(Object.keys(figure)).toEqual(['name', 'unit', 'value']);
        expect([typeof figure.unit, typeof figure.value]).toEqual(['string', 'number']);
      }
    },
    60_000,
  );
});
