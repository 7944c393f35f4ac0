import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { gzipSize, measureBundles } from '../../scripts/bundle-size.js';
import { type BenchOptions, type Figure, figure } from './figure.js';
import neighbours from './neighbours/package.json' with { type: 'json' };

const FOLDER = fileURLToPath(new URL('neighbours', import.meta.url));

/** One client with all that it exports and depends on, built as our standalone bundle is, in bytes after gzip. */
async function weigh(client: string): Promise<number> {
  writeFileSync(`${FOLDER}/node_modules/entry.js`, `export * as client from '${client}';\n`);
  const [output] = (await build({
    root: FOLDER,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      write: false,
      lib: { entry: 'node_modules/entry.js', formats: ['es'], fileName: 'client' },
      rolldownOptions: { output: { minify: true, comments: false, codeSplitting: false } },
    },
  })) as { output: { code: string }[] }[];
  return gzipSize(output?.output.map(({ code }) => code).join('') ?? '');
}

export async function bundles({ quick, say }: BenchOptions): Promise<Figure[]> {
  const { core, later, own, whole } = await measureBundles();
  const figures = [
    figure('bundle/core/gzip', 'bytes', core),
    figure('bundle/whole/gzip', 'bytes', whole),
    figure('bundle/standalone/gzip', 'bytes', whole + later),
    figure('bundle/own/gzip', 'bytes', own),
  ];
  if (quick) return figures;
  say('bundle: installing the neighbours’ clients');
  // Without what is optional: native parts of their servers, which some registries do not have for all platforms.
  const apart = ['--ignore-scripts', '--omit=optional', '--no-package-lock'];
  execFileSync('npm', ['install', ...apart], { cwd: FOLDER, stdio: 'ignore' });
  for (const client of Object.keys(neighbours.dependencies)) {
    say(`bundle: ${client}`);
    figures.push(figure(`bundle/${client}/gzip`, 'bytes', await weigh(client)));
  }
  return figures;
}
