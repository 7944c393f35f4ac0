import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Every pattern in a file, and how many are only put together while it runs. */
function patternsIn(path: string): { patterns: string[]; madeUp: number } {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const patterns: string[] = [];
  let madeUp = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) patterns.push(node.text);
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isCall && node.expression.getText(file) === 'RegExp') madeUp += 1;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { patterns, madeUp };
}

/** Ways in which the pattern's time grows faster than the text that it is run over. */
function slowWays(pattern: string): string[] {
  const end = pattern.lastIndexOf('/');
  const { reports } = analyse({ source: pattern.slice(1, end), flags: pattern.slice(end + 1) });
  return reports.map(({ type }) => type);
}

const files = ['src', 'demo'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

describe('patterns', () => {
  it.each(files.map((file) => [file, patternsIn(file)] as const))(
    'take no more than linear time, whoever wrote what they are run over: %s',
    (_file, { patterns, madeUp }) => {
      for (const pattern of patterns) expect([pattern, slowWays(pattern)]).toEqual([pattern, []]);
      // What is put together while it runs cannot be judged here.
      expect(madeUp).toBe(0);
    },
  );

  it('are found, and judged', () => {
    const all = files.flatMap((file) => patternsIn(file).patterns);
    expect(all.length).toBeGreaterThan(30);
    expect(['/a+$/', '/^(?:a+)+$/', '/^a*a*$/', '/^a+$/'].map(slowWays)).toEqual([
      ['Move'],
      ['Self'],
      ['Trade'],
      [],
    ]);
  });
});
