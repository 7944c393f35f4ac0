import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rooms of src/, each with those that it may import. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  api: [],
  http: [],
  connection: ['api'],
  proxy: ['api', 'http'],
  simulator: ['api', 'http'],
  cli: ['api', 'proxy', 'simulator'],
};

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** What a file imports, as written. */
function importsOf(file: string): string[] {
  const text = readFileSync(join('src', file), 'utf8');
  return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name ?? '');
}

const isRelative = (name: string) => name.startsWith('.');
const resolve = (file: string, name: string) =>
  normalize(join(dirname(file), name)).replace(/\.js$/, '.ts');

describe('imports', () => {
  it('flow one way between the rooms', () => {
    const wrong: string[] = [];
    for (const file of files.filter((file) => file.includes('/'))) {
      const [room = ''] = file.split('/');
      expect(Object.keys(MAY_IMPORT)).toContain(room);
      for (const target of importsOf(file).filter(isRelative)) {
        const [other = ''] = resolve(file, target).split('/');
        if (other !== room && !MAY_IMPORT[room]?.includes(other)) wrong.push(`${file} → ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('bring no more into the game than eventemitter3 and valibot', () => {
    const reached = new Set(['index.ts']);
    const libraries = new Set<string>();
    for (const file of reached) {
      for (const name of importsOf(file)) {
        if (isRelative(name)) reached.add(resolve(file, name));
        else libraries.add(name);
      }
    }
    expect(reached.size).toBeGreaterThan(10);
    expect([...libraries].sort()).toEqual(['eventemitter3', 'valibot']);
  });

  it('bring no Node into the proxy that runs on any runtime', () => {
    const reached = new Set(['proxy/index.ts']);
    for (const file of reached) {
      for (const name of importsOf(file).filter(isRelative)) reached.add(resolve(file, name));
      expect(importsOf(file).filter((name) => name.startsWith('node:'))).toEqual([]);
    }
    expect([...reached]).not.toContain('http/listen.ts');
  });
});
