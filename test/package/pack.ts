import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { run } from './run.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that is gone when the tests are over. */
    readonly folder: string;
    /** The packed package, built from the sources as they are now. */
    readonly tarball: string;
  }
}

/** Packs the package once, for all tests that use it as a stranger would. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'relais-package-'));
  run('npm', ['pack', '--pack-destination', folder], process.cwd());
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  project.provide('folder', folder);
  project.provide('tarball', join(folder, tarball));
  return () => rmSync(folder, { recursive: true, force: true });
}
