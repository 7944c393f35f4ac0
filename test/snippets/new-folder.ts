import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { Terminal } from './terminal.js';

/** A new folder with what is in `deploy`, and nothing installed. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(inject('snippets'), 'pages', 'page-'));
  cpSync('deploy', join(folder, 'deploy'), { recursive: true });
  return folder;
}

/** Installs the package in a folder. */
export async function installPackage(folder: string): Promise<void> {
  await new Terminal(folder).type('npm install relais');
}

/** A terminal in a new folder where the package is installed. */
export async function newTerminal(settings?: Readonly<Record<string, string>>): Promise<Terminal> {
  const folder = emptyFolder();
  await installPackage(folder);
  return new Terminal(folder, settings);
}
