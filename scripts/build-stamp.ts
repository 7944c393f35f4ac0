import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a build says what it was made of; it stays out of the package. */
const STAMP = 'dist/.sources';

/** All that a build is made of, besides `src`. */
const INPUTS = [
  'LICENSE',
  'package.json',
  'package-lock.json',
  'scripts/internal-names.ts',
  'scripts/licences.ts',
  'scripts/oldest-browsers.ts',
  'scripts/prune-declarations.mjs',
  'tsconfig.build.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** A hash over the names and contents of all that a build of `root` is made of. */
function hashSources(root: string): string {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const inputs = INPUTS.map((name) => join(root, name)).filter((file) => existsSync(file));
  const hash = createHash('sha256');
  for (const file of [...sources, ...inputs]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Writes down what `dist` was built from. */
export function stampBuild(root: string): void {
  writeFileSync(join(root, STAMP), hashSources(root));
}

/** Whether `dist` was built from the sources as they are now. */
export function isBuilt(root: string): boolean {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources(root);
}
