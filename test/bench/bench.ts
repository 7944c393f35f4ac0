import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { isBuilt } from '../../scripts/build-stamp.js';
import { type BenchOptions, CannotMeasure, type Figure } from './figure.js';
import type { Section } from './names.js';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    'as-built': { type: 'boolean', default: false },
  },
});

const options: BenchOptions = {
  quick: values.quick,
  say: (line) => process.stderr.write(`${line}\n`),
};

if (values['as-built']) {
  if (!existsSync('dist')) {
    options.say('There is no dist to measure: run "npm run build" first, or leave --as-built out.');
    process.exit(2);
  }
} else if (!isBuilt(process.cwd())) {
  options.say('building');
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
// These import the built package, which is there only now.
const { checkNames } = await import('./names.js');
const { SECTIONS } = await import('./sections.js');

const figures: Figure[] = [];
for (const section of Object.keys(SECTIONS) as Section[]) {
  if (values.only && values.only !== section) continue;
  try {
    const measured = await SECTIONS[section](options);
    checkNames(section, options.quick, measured);
    figures.push(...measured);
  } catch (error) {
    if (!(error instanceof CannotMeasure)) throw error;
    options.say(`${section} is left out: ${error.message}`);
  }
}

process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures));
process.exit(0);

/** The machine, and all figures under the part of their names that they share. */
function table(rows: readonly Figure[]): string {
  const [cpu, ...others] = cpus();
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = [
    `${cpu?.model.trim()}, ${others.length + 1} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
      `${platform()} ${arch()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
  ];
  let section = '';
  for (const { name, unit, value } of rows) {
    const [first = ''] = name.split('/');
    if (first !== section) lines.push('', first);
    section = first;
    const text = value.toLocaleString('en', { maximumFractionDigits: 2 });
    lines.push(`  ${name.padEnd(width)}  ${text.padStart(12)} ${unit}`);
  }
  return `${lines.join('\n')}\n`;
}
