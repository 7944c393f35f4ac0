import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OLDEST_BROWSERS } from '../scripts/oldest-browsers.js';
import { built } from './support/built.js';
import { newerSyntax } from './support/newer-features.js';
import { newerIn } from './support/newer-in.js';

/** A built file and all that it imports of the package. */
function reach(file: string, seen: string[] = []): string[] {
  if (seen.includes(file)) return seen;
  seen.push(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
    /(?:from|import) ?"(\.[^"]+)"/g,
  )) {
    reach(join(dirname(file), name), seen);
  }
  return seen;
}

/** All syntax that one of the oldest browsers lacks, as MDN's data has it, and how it looks. */
const EXAMPLES: Record<string, string> = {
  'classes.static.initialization_blocks': 'class A { static { f(); } }',
  'grammar.trailing_commas.trailing_commas_in_dynamic_import': "import('./a.js',);",
  'operators.await.top_level': 'await f();',
  'operators.import.defer': "import.defer('./a.js');",
  'operators.import.import_source': "import.source('./a.wasm');",
  'operators.import.options_parameter': "import('./a.json', { with: { type: 'json' } });",
  'operators.import_meta.resolve': "import.meta.resolve('./a.js');",
  'regular_expressions.buffer_boundary_assertion': 'f(/\\Aa/u);',
  'regular_expressions.lookbehind_assertion': 'f(/(?<!a)b/);',
  'regular_expressions.modifier': 'f(/(?i:a)b/);',
  'regular_expressions.named_capturing_group.duplicate_named_capturing_groups':
    'f(/(?<a>b)|(?<a>c)/);',
  'statements.await_using': 'async function f() { await using a = b; }',
  'statements.import.defer': "import defer * as a from './a.js';",
  'statements.import.import_assertions': "import a from './a.json' assert { type: 'json' };",
  'statements.import.import_attributes': "import a from './a.json' with { type: 'json' };",
  'statements.import.import_source': "import source a from './a.wasm';",
  'statements.using': '{ using a = b; }',
};
/** Where modules work, and how: nothing that could be seen in one. */
const NO_SYNTAX = /\.(http_errors_not_cached|service_worker_support|worklet_support)$/;

describe('the oldest supported browsers can read', () => {
  it.each(['relais.standalone.min.js', 'index.js', 'api.js'])('dist/%s', (entry) => {
    const files = reach(built(entry));
    if (entry === 'index.js') expect(files.length).toBeGreaterThan(1);
    expect(files.map((file) => [file, newerIn(readFileSync(file, 'utf8'))])).toEqual(
      files.map((file) => [file, []]),
    );
  });
});

describe('what they cannot read', () => {
  it.each(Object.entries(EXAMPLES))('is found: %s', (_name, code) => {
    expect(newerIn(code)).toHaveLength(1);
  });

  it.each([
    'f(/[a--b]/v);',
    'f(/\\p{RGI_Emoji}/v);',
    'f(/\\p{Extended_Pictographic}/u);',
    'f(/a/d);',
    'for await (const a of b) f(a);',
    'URL.canParse(a);',
    'f(Symbol.asyncDispose);',
  ])('is found: %s', (code) => {
    expect(newerIn(code)).toHaveLength(1);
  });

  it.each([
    'class A { #b = 1; static #c; static d = (() => 1)(); has(e) { return #b in e; } }',
    'a ??= b?.c ?? 1_000n;',
    'async function f() { for await (const a of b) await a; }',
    'f(/(?<a>\\p{Surrogate})\\k<a>|\\p{Default_Ignorable_Code_Point}/su);',
    "f(Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose'), Response.name);",
  ])('is no more than that: %s', (code) => {
    expect(newerIn(code)).toEqual([]);
  });

  it("is all that MDN's data has", () => {
    const known = Object.keys(EXAMPLES);
    const unknown = newerSyntax().filter(
      (path) =>
        !NO_SYNTAX.test(path) &&
        !known.some((name) => path === name || path.startsWith(`${name}.`)),
    );
    expect(unknown).toEqual([]);
    expect(known.filter((name) => !newerSyntax().includes(name))).toEqual([]);
  });
});

describe('the oldest supported browsers', () => {
  const { chrome, edge, firefox, ios, safari } = OLDEST_BROWSERS;
  it.each(['README.md', 'docs/getting-started.md'])('are those that %s names', (file) => {
    expect([chrome, safari]).toEqual([edge, ios]);
    const words = readFileSync(file, 'utf8').replace(/\s+/g, ' ');
    expect(words).toContain(
      `Chrome and Edge ${chrome}, Firefox ${firefox}, Safari and iOS ${safari.toFixed(1)}`,
    );
  });
});
