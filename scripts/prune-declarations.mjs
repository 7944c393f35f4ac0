// Takes the declarations that no entry of the package reaches out of dist/types: they describe what is private.
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const folder = 'dist/types';
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).flatMap((target) => target.types ?? []);
const options = { module: ts.ModuleKind.NodeNext, noLib: true, types: [] };
const reached = ts.createProgram(entries, options).getSourceFiles();
const needed = new Set(reached.map(({ fileName }) => resolve(fileName)));

for (const name of readdirSync(folder, { recursive: true })) {
  const file = resolve(folder, name);
  if (file.endsWith('.d.ts') && !needed.has(file)) rmSync(file);
}
for (const entry of readdirSync(folder, { withFileTypes: true })) {
  const path = join(folder, entry.name);
  if (entry.isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
}
