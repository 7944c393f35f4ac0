import ts from 'typescript';
import { expect, it } from 'vitest';

/** What TypeScript says of the recipe and its game, as in a project that has the oldest Phaser. */
function complaints(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const phaser = './node_modules/phaser3/types/phaser.d.ts';
  const program = ts.createProgram(files, {
    ...options,
    types: [],
    paths: { ...options.paths, phaser: [phaser] },
  });
  const reached = program.getSourceFiles().map(({ fileName }) => fileName);
  expect(reached.filter((name) => name.includes('/phaser/types/'))).toEqual([]);
  expect(reached.filter((name) => name.endsWith(phaser.slice(1)))).toHaveLength(1);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

it('Phaser’s recipe, and the plugin with it, fit the types of Phaser 3.60', () => {
  const files = ['docs/recipes/phaser.ts', 'test/browser/recipes/phaser.ts'];
  expect(complaints(files)).toEqual([]);
}, 120_000);
