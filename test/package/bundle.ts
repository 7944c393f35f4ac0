import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { type Plugin, rollup } from '@rollup/wasm-node';
import { build as esbuild } from 'esbuild-wasm';
import { build as vite } from 'vite';
import webpack from 'webpack';

/** Its declarations are those of a CommonJS module, which it is not. */
const rollupCommonjs = commonjs as unknown as () => Plugin;

/** Bundles `entry.mjs` of a folder into one ES module, `bundle.mjs`, the way a game's build does. */
type Bundler = (cwd: string) => Promise<void>;

const bundlers: Record<string, Bundler> = {
  async Vite(cwd) {
    await vite({
      root: cwd,
      configFile: false,
      logLevel: 'error',
      build: {
        lib: { entry: 'entry.mjs', formats: ['es'], fileName: () => 'bundle.mjs' },
        outDir: '.',
        emptyOutDir: false,
      },
    });
  },

  async webpack(cwd) {
    const compiler = webpack({
      context: cwd,
      mode: 'production',
      target: ['web', 'es2022'],
      entry: './entry.mjs',
      experiments: { outputModule: true },
      output: { path: cwd, filename: 'bundle.mjs', library: { type: 'module' } },
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    const { errors = [], warnings = [] } = stats?.toJson() ?? {};
    const [problem] = [...errors, ...warnings];
    if (problem) throw new Error(problem.message);
  },

  async esbuild(cwd) {
    const { warnings } = await esbuild({
      absWorkingDir: cwd,
      entryPoints: ['entry.mjs'],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      outfile: 'bundle.mjs',
    });
    if (warnings[0]) throw new Error(warnings[0].text);
  },

  async Rollup(cwd) {
    const bundle = await rollup({
      input: join(cwd, 'entry.mjs'),
      plugins: [nodeResolve({ browser: true }), rollupCommonjs()],
      onwarn: (warning) => {
        if (warning.code !== 'EMPTY_BUNDLE') throw new Error(warning.message);
      },
    });
    await bundle.write({ file: join(cwd, 'bundle.mjs'), format: 'es' });
    await bundle.close();
  },
};

/** The names of the bundlers that the package is tried with. */
export const bundlerNames = Object.keys(bundlers);

/** Bundles a module with one of them, and returns the bundle's code. */
export async function bundle(name: string, cwd: string, code: string): Promise<string> {
  writeFileSync(join(cwd, 'entry.mjs'), code);
  await bundlers[name]?.(cwd);
  return readFileSync(join(cwd, 'bundle.mjs'), 'utf8');
}
