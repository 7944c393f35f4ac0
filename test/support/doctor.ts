import { examine } from '../../src/cli/doctor/examine.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { systemClock } from '../../src/common/clock.js';

/** What the doctor finds, in this process. `quick`: without the request that is held. */
export const findingsOn = (env: Record<string, string>, { quick = true } = {}) =>
  examine(env, quick, systemClock);

/** What the findings of these levels are, in one text. */
export const told = (findings: readonly Finding[], ...levels: Finding['level'][]): string =>
  findings
    .filter(({ level }) => levels.includes(level))
    .map(({ what }) => what)
    .join('\n');
