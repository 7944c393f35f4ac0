// Fails when the standalone bundle outgrows its budget.
import { BUDGET, measureBundle } from './bundle-size.js';

const { own, standalone } = measureBundle();
const isTooLarge = standalone > BUDGET;
const verdict = isTooLarge ? 'too large' : 'ok';
process.stdout.write(`standalone: ${standalone} of ${BUDGET} bytes gzip, ${verdict}\n`);
process.stdout.write(`of it our own part: ${own}\n`);
if (isTooLarge) process.exitCode = 1;
