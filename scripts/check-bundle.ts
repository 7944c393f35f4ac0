// Fails when the standalone bundle, or our own part of it, outgrows its budget.
import { BUDGET, measureBundle } from './bundle-size.js';

const sizes = measureBundle();
let isTooLarge = false;
for (const part of ['standalone', 'own'] as const) {
  const verdict = sizes[part] > BUDGET[part] ? 'too large' : 'ok';
  isTooLarge ||= sizes[part] > BUDGET[part];
  process.stdout.write(`${part}: ${sizes[part]} of ${BUDGET[part]} bytes gzip, ${verdict}\n`);
}
if (isTooLarge) process.exitCode = 1;
