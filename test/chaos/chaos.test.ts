import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';

/** How many runs, and the first one's seed: `CHAOS_RUNS=1 CHAOS_SEED=17` plays one of them again. */
const RUNS = Number(process.env['CHAOS_RUNS'] ?? 50);
const FIRST = Number(process.env['CHAOS_SEED'] ?? 1);

const seeds = Array.from({ length: RUNS }, (_, index) => FIRST + index);

describe.concurrent('after kills, faults, lost webhooks, clock steps, reloads and kicks', () => {
  it.each(seeds)(
    'nobody’s session is lost, doubled or left to a stranger: seed %i',
    async (seed) => {
      expect(await runChaos(seed)).toEqual([]);
    },
  );
});
