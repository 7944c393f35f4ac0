import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a command to its end. Throws, with all it said, when it fails. */
export function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a script in a folder as plain Node ESM, and returns what it prints. */
export async function runScript(cwd: string, code: string): Promise<string> {
  writeFileSync(join(cwd, 'script.mjs'), code);
  const { stdout } = await promisify(execFile)(process.execPath, ['script.mjs'], { cwd });
  return stdout;
}
