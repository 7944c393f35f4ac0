import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../bench/figure.js';
import { whyNot } from '../bench/loss.js';
import { namesOf, type Section } from '../bench/names.js';

/** Measures one part quickly, as a user would. */
async function measure(section: Section) {
  const args = ['scripts/run.mjs', 'test/bench/bench.ts', '--json', '--quick', '--as-built'];
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, [...args, '--only', section]);
  return { figures: JSON.parse(stdout) as Figure[], stderr };
}

describe('the benchmarks', () => {
  it.each(['bundles', 'throughput', 'heldRequests', 'loss'] as const)(
    'print %s as one JSON array',
    async (section) => {
      const { figures, stderr } = await measure(section);
      const problem = section === 'loss' ? whyNot(true) : undefined;
      // Not everybody may make a network that loses packets. Whoever may not is told so.
      if (problem) expect(stderr).toContain(`loss is left out: ${problem}`);
      expect(figures.map(({ name }) => name)).toEqual(problem ? [] : namesOf(section, true));
      for (const figure of figures) {
        expect(Object.keys(figure)).toEqual(['name', 'unit', 'value']);
        expect([typeof figure.unit, typeof figure.value]).toEqual(['string', 'number']);
      }
    },
    60_000,
  );
});
