import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const LONGEST = 120;

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
/** What people write: neither pictures nor what a tool has written. */
const WRITTEN = /\.(ts|tsx|mjs|js|css|html|md|json)$/;
const NOT_OURS = /(^|\/)node_modules\/|^docs\/api\/|(lock|\.openapi)\.json$/;

const files = ['src', 'demo', 'scripts', 'test', 'docs']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((file) => WRITTEN.test(file) && !NOT_OURS.test(file))
  .concat(PAGES);

/** A row of a table cannot be wrapped in Markdown. */
const isTableRow = (file: string, line: string) => file.endsWith('.md') && line.startsWith('|');

/** The lines that are too long, each as its file and its number. */
function longLines(file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line].length > LONGEST && !isTableRow(file, line) ? [`${file}:${index + 1}`] : [],
    );
}

it('no line is longer than 120 characters, but for the rows of tables', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(files).toContain('src/api/index.ts');
  expect(files.flatMap((file) => longLines(file, readFileSync(file, 'utf8')))).toEqual([]);
});

it('lines that are too long are found, by their file and their number', () => {
  const long = 'x'.repeat(LONGEST + 1);
  expect(longLines('docs/a.md', `short\n${long}`)).toEqual(['docs/a.md:2']);
  expect(longLines('docs/a.md', `| ${long} |`)).toEqual([]);
  expect(longLines('src/a.ts', `| ${long} |`)).toEqual(['src/a.ts:1']);
});
