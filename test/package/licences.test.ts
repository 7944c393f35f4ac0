import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { installPackage } from './install.js';
import { run } from './run.js';

let dist: string;

beforeAll(() => {
  dist = join(installPackage(), 'node_modules/relais/dist');
});

/** The packages that have something in a bundle, as its source map tells. */
function bundled(bundle: string): string[] {
  const map = JSON.parse(readFileSync(join(dist, `${bundle}.js.map`), 'utf8')) as {
    sources: string[];
  };
  const names = map.sources.map(
    (source) => /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1],
  );
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}

/** The entries of a file of licences: each begins with the name of a package. */
const entriesOf = (bundle: string) =>
  readFileSync(join(dist, `${bundle}.licenses.txt`), 'utf8').split(/^(?=Name: )/m);

it.each([
  ['cli', 'hono'],
  ['relais.standalone.min', 'valibot'],
])('%s.js comes with the licences of all that is bundled in it', (bundle, one) => {
  const inside = bundled(bundle);
  expect(inside).toContain(one);
  const names = entriesOf(bundle).map((entry) => /^Name: (\S+)/.exec(entry)?.[1]);
  expect(names.sort()).toEqual(inside);
});

it.each(['cli', 'relais.standalone.min'])('%s.licenses.txt has their words', (bundle) => {
  for (const entry of entriesOf(bundle)) {
    expect(entry).toMatch(/^License: (MIT|Apache-2\.0|ISC|BSD-3-Clause)$/m);
    // A licence is more than its name.
    expect(entry.split('License Text:\n')[1]?.length).toBeGreaterThan(400);
  }
});

it('a release’s list of what it was built with names all that is bundled', () => {
  const bom = JSON.parse(run('npm', ['run', '-s', 'sbom'], process.cwd())) as {
    bomFormat: string;
    components: { name: string }[];
  };
  expect(bom.bomFormat).toBe('CycloneDX');
  const names = bom.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(bundled('cli')));
});
