import { describe, expect, it } from 'vitest';
import type { EngineBrowser } from '../support/engines/engine.js';
import { EnginePages } from '../support/engines/engine-pages.js';
import {
  BEHAVIOURS,
  type Behaviour,
  ENGINES,
  type EngineName,
} from '../support/engines/engines.js';
import type { BehaviourTests } from './behaviours/behaviour-tests.js';
import { channel } from './behaviours/channel.js';
import { comingBack } from './behaviours/coming-back.js';
import { mainJob } from './behaviours/main-job.js';
import { pageLife } from './behaviours/page-life.js';
import { players } from './behaviours/players.js';

const TESTS: BehaviourTests<Behaviour> = {
  ...mainJob,
  ...players,
  ...comingBack,
  ...pageLife,
  ...channel,
};

/** All behaviours, in one engine. What it cannot do is said, and never left out in silence. */
export function testEngine(name: EngineName, start: () => Promise<EngineBrowser>): void {
  const engine = ENGINES[name];
  const cannot: Partial<Record<Behaviour, string>> = engine.cannot;
  describe(`in ${engine.name}`, () => {
    const pages = new EnginePages(start);
    it(`the engine is ${engine.name} ${engine.version}, or newer`, () => {
      process.stdout.write(`${engine.name} ${pages.version}\n`);
      expect(Number.parseFloat(pages.version)).toBeGreaterThanOrEqual(Number(engine.version));
    });
    for (const behaviour of Object.keys(BEHAVIOURS) as Behaviour[]) {
      const why = cannot[behaviour];
      if (why) process.stdout.write(`Not in ${engine.name}: ${BEHAVIOURS[behaviour]}. ${why}\n`);
      else it(BEHAVIOURS[behaviour], () => TESTS[behaviour](pages));
    }
  });
}
