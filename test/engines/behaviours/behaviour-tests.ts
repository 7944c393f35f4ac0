import type { EnginePages } from '../../support/engines/engine-pages.js';
import type { Behaviour } from '../../support/engines/engines.js';

/** Some behaviours, each with the test of it. */
export type BehaviourTests<T extends Behaviour> = Readonly<
  Record<T, (pages: EnginePages) => Promise<void>>
>;
