import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { simulatorHelp } from '../../src/cli/simulator-command.js';
import { FAILURES } from '../../src/simulator/faults.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}docs/simulator.md`, 'utf8');
const examples = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '');

/** What TypeScript has to say about the examples, the package's entry points being this repository's. */
function problemsOf(sources: readonly string[]): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const paths = {
    'relais/api': [`${root}src/api/index.ts`],
    'relais/simulator': [`${root}src/simulator/index.ts`],
  };
  const files = new Map(sources.map((source, index) => [`${root}example-${index}.mts`, source]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version) => {
    const source = files.get(name);
    return source === undefined
      ? getSourceFile(name, version)
      : ts.createSourceFile(name, source, version);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true, paths }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the simulator’s page', () => {
  it('has examples that compile, each by itself', () => {
    expect(examples.length).toBeGreaterThan(2);
    expect(problemsOf(examples)).toEqual([]);
    expect(problemsOf(["import { nothing } from 'relais/simulator';\nnothing();"])).toHaveLength(1);
  }, 60_000);

  it('names every flag and every kind of failure', () => {
    for (const [flag] of simulatorHelp.matchAll(/--[a-z-]+/g)) expect(text).toContain(`\`${flag}`);
    for (const kind of FAILURES) expect(text).toContain(`\`${kind}\``);
  });
});
