import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { built } from '../support/built.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that is gone when the tests are over: the unpacked package is in it, and pages have theirs there. */
    readonly snippets: string;
  }
}

/** Packs what is built, and unpacks it, once for all pages. */
export function setup(project: TestProject): () => void {
  built('cli.js');
  const folder = mkdtempSync(join(tmpdir(), 'relais-snippets-'));
  const flags = ['--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', ['pack', ...flags], { encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', name], { cwd: folder });
  mkdirSync(join(folder, 'pages'));
  project.provide('snippets', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
