import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { run } from './run.js';

/** A new folder outside the repository, without any dependency. */
export function emptyFolder(): string {
  const cwd = mkdtempSync(join(inject('folder'), 'project-'));
  cpSync('test/package/empty', cwd, { recursive: true });
  return cwd;
}

/** A new folder with the packed package installed in it, and nothing else but what is named. */
export function installPackage(...others: string[]): string {
  const cwd = emptyFolder();
  run('npm', ['install', '--no-save', inject('tarball'), ...others], cwd);
  return cwd;
}
