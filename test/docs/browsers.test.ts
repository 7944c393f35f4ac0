import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OLDEST_BROWSERS } from '../../scripts/oldest-browsers.js';
import { BEHAVIOURS, type Behaviour, ENGINES } from '../support/engines/engines.js';

const text = readFileSync('docs/browsers.md', 'utf8');
/** However its lines are wrapped. */
const asOneLine = (page: string) => readFileSync(page, 'utf8').replace(/\s+/g, ' ');

const engines = Object.values(ENGINES).map(({ name, version, cannot }) => ({
  name,
  version,
  cannot: cannot as Partial<Record<Behaviour, string>>,
}));
const behaviours = Object.entries(BEHAVIOURS) as [Behaviour, string][];

it('the docs’ table has what the suite of the engines tries, and where', () => {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual([
    ['what a page does', ...engines.map(({ name, version }) => `${name} ${version}`)],
    ...behaviours.map(([behaviour, title]) => [
      title,
      ...engines.map(({ cannot }) => (cannot[behaviour] ? 'no' : 'yes')),
    ]),
  ]);
});

it('the docs say why an engine has no test of something, in the words that the suite prints', () => {
  const reasons = engines.flatMap(({ name, cannot }) =>
    Object.values(cannot).map((why) => `**${name}**: ${why}`),
  );
  const page = asOneLine('docs/browsers.md');
  expect(reasons.filter((reason) => !page.includes(reason))).toEqual([]);
});

it.each(['README.md', 'docs/getting-started.md', 'docs/browsers.md'])(
  '%s names the oldest browsers that Relais is built for',
  (page) => {
    const { chrome, edge, firefox, safari, ios } = OLDEST_BROWSERS;
    expect([edge, ios]).toEqual([chrome, safari]);
    expect(asOneLine(page)).toContain(
      `Chrome and Edge ${chrome}, Firefox ${firefox}, Safari and iOS ${safari}.0`,
    );
  },
);
