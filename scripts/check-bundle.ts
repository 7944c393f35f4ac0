// Fails when a bundle outgrows its budget.
import { BUDGETS, measureBundles } from './bundle-size.js';

const { own, ...sizes } = await measureBundles();
for (const name of ['core', 'whole', 'later'] as const) {
  const isTooLarge = sizes[name] > BUDGETS[name];
  const verdict = isTooLarge ? 'too large' : 'ok';
  process.stdout.write(`${name}: ${sizes[name]} of ${BUDGETS[name]} bytes gzip, ${verdict}\n`);
  if (isTooLarge) process.exitCode = 1;
}
process.stdout.write(`of the standalone bundle our own part: ${own}\n`);
