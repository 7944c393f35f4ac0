import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stampBuild } from '../../scripts/build-stamp.js';
import { built } from '../support/built.js';

/** A project of one source file, not built yet. */
function layProject() {
  const root = mkdtempSync(join(tmpdir(), 'relais-built-'));
  for (const folder of ['src/cli', 'dist']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'src/cli/main.ts'), 'first');
  return {
    root,
    write: (file: string, text: string) => writeFileSync(join(root, file), text),
    remove: (file: string) => rmSync(join(root, file), { recursive: true }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

const STALE = 'dist is not what the sources say. Run "npm run build" first.';

it('a test of what is built fails where nothing is built, and says what to do', () => {
  using project = layProject();
  expect(() => built('cli.js', project.root)).toThrow(STALE);
  project.remove('dist');
  expect(() => built('cli.js', project.root)).toThrow(STALE);
});

it.each([
  ['a source changed', (project) => project.write('src/cli/main.ts', 'second')],
  ['a source came', (project) => project.write('src/cli/more.ts', 'more')],
  ['a source went', (project) => project.remove('src/cli/main.ts')],
  ['the build’s own settings changed', (project) => project.write('vite.config.ts', 'another')],
] satisfies [string, (project: ReturnType<typeof layProject>) => void][])(
  'a test of what is built fails where %s since',
  (_what, change) => {
    using project = layProject();
    stampBuild(project.root);
    expect(built('cli.js', project.root)).toBe(join(project.root, 'dist/cli.js'));
    change(project);
    expect(() => built('cli.js', project.root)).toThrow(STALE);
  },
);
