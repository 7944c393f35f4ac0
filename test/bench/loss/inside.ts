import { parseArgs } from 'node:util';
import type { BenchOptions, Figure } from '../figure.js';
import { dataChannelsAtRest } from './at-rest.js';
import { setUpNetwork } from './network.js';
import { fromPages } from './pages.js';
import { perCpuSecond } from './per-cpu-second.js';
import { startTable } from './table.js';
import { byWires } from './wires.js';

// What `npm run bench -- --only loss` runs in its network namespace. It prints the figures as JSON.

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const options: BenchOptions = {
  quick: values.quick,
  say: (line) => process.stderr.write(`${line}\n`),
};

setUpNetwork();
const percents = options.quick ? [2] : [0, 1, 2, 5];
const figures: Figure[] = [];
await using table = await startTable(options.quick ? 4 : 20);
const wires = await byWires(table, percents, options);
const pages = options.quick ? [] : await fromPages(table, percents, options);
for (const percent of percents) {
  const isOfIt = ({ name }: Figure) => name.startsWith(`loss/${percent}/`);
  figures.push(...wires.filter(isOfIt), ...pages.filter(isOfIt));
}
figures.push(
  ...(await perCpuSecond(table, options)),
  ...(await dataChannelsAtRest(table, options)),
);
process.stdout.write(JSON.stringify(figures), () => process.exit(0));
