// Runs a TypeScript file of this repository on any supported Node: `node scripts/run.mjs file.ts [arguments]`.
import { runnerImport } from 'vite';

const [file] = process.argv.splice(2, 1);
await runnerImport(file, { configFile: false, oxc: { target: 'es2022' } });
