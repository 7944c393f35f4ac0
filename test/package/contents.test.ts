import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { publint } from 'publint';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { emptyFolder } from './install.js';
import { run } from './run.js';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | Record<'types' | 'default', string>>;
}

let root: string;
let files: string[];

beforeAll(() => {
  const cwd = emptyFolder();
  run('tar', ['-xzf', inject('tarball')], cwd);
  root = join(cwd, 'package');
  files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
});

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Whether a file is there to be read, and not to be run. */
const isText = (file: string) => file.startsWith('docs/') || /^[A-Z]+(\.md)?$/.test(file);

/** The files that a module or a declaration imports. */
function importsOf(file: string): string[] {
  // A bundled library's comments may name the types of its own files.
  const code = file.endsWith('.js')
    ? read(file).replaceAll(/^\s*(?:\*|\/\/).*$/gm, '')
    : read(file);
  const names = [...code.matchAll(/(?:from|import)\s*\(?["'](\.{1,2}\/[^"']+)["']/g)];
  const extension = file.endsWith('.d.ts') ? '.d.ts' : '.js';
  return names.map(([, name = '']) => join(dirname(file), name).replace(/\.js$/, extension));
}

describe('the packed files', () => {
  it('are those that an entry reaches, their source maps and licences', () => {
    const { bin, exports } = JSON.parse(read('package.json')) as Manifest;
    const entries = Object.values(exports)
      .flatMap((target) => (typeof target === 'string' ? target : Object.values(target)))
      .concat(Object.values(bin))
      .map((path) => join(path));
    const reached = new Set(entries);
    for (const file of reached) {
      if (/\.(js|d\.ts)$/.test(file)) for (const target of importsOf(file)) reached.add(target);
    }
    expect(reached.size).toBeGreaterThan(entries.length);
    for (const file of reached) {
      if (files.includes(`${file}.map`)) reached.add(`${file}.map`);
      const licences = file.replace(/\.js$/, '.licenses.txt');
      if (files.includes(licences)) reached.add(licences);
    }
    const built = files.filter((file) => !isText(file));
    expect(built.sort()).toEqual([...reached].sort());
  });

  it('are also all that the README and the docs lead to', () => {
    const texts = files.filter(isText);
    expect(texts).toContain('docs/getting-started.md');
    const dead = texts
      .filter((file) => file.endsWith('.md'))
      .flatMap((page) =>
        [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => [
          page,
          join(dirname(page), target),
        ]),
      )
      .filter(([, target = '']) => !files.includes(target));
    expect(dead).toEqual([]);
  });

  it('name no folder of the machine that built them', () => {
    const suspicious = files.filter((file) =>
      /\/(root|home|Users|tmp)\/[\w.-]+\//.test(read(file)),
    );
    expect(suspicious).toEqual([]);
  });

  it('lead back to readable sources', () => {
    const modules = files.filter((file) => file.endsWith('.js'));
    const mapped = modules.filter((file) => /\/\/# sourceMappingURL=\S+\.map\s*$/.test(read(file)));
    // An entry that only hands on what chunks export has nothing of its own to map.
    const unmapped = modules.filter((file) => !mapped.includes(file));
    for (const file of unmapped) expect(read(file)).not.toMatch(/\b(function|class|const|let)\b/);
    expect(mapped.length).toBeGreaterThan(5);
    for (const file of mapped) {
      const map = new TraceMap(read(`${file}.map`));
      // Stand-ins for libraries that a library may use, and that are not there, are the bundler's.
      const own = map.sources.filter(
        (source) => !/node_modules|__vite-optional-peer-dep/.test(source ?? ''),
      );
      expect(own.length).toBeGreaterThan(0);
      for (const source of own) {
        const name = join(dirname(file), source ?? '');
        expect(name).toMatch(/^src\/.+\.ts$/);
        expect(sourceContentFor(map, source ?? '')).toBe(readFileSync(name, 'utf8'));
      }
    }
  });
});

describe('the packed manifest', () => {
  it('gives publint nothing to say', async () => {
    const { messages } = await publint({ pkgDir: root, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('gives are-the-types-wrong nothing to say', async () => {
    const tarball = new Uint8Array(readFileSync(inject('tarball')));
    const result = await checkPackage(createPackageFromTarballData(tarball));
    if (!result.types) throw new Error('The package has no types.');
    // A package of ES modules: what TypeScript says of `require` and of Node 10 does not concern it.
    const problems = result.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node10$|-cjs$/.test(problem.resolutionKind)),
    );
    expect(Object.keys(result.entrypoints)).toContain('./proxy/node');
    expect(problems).toEqual([]);
  });
});
