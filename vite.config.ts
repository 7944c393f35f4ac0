import { builtinModules } from 'node:module';
import { type BuildEnvironmentOptions, defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { INTERNAL_NAMES } from './scripts/internal-names.js';
import { writeLicences } from './scripts/licences.js';
import { OLDEST_BROWSERS } from './scripts/oldest-browsers.js';

const isNodeBuiltin = (id: string) => id.startsWith('node:') || builtinModules.includes(id);

const libraries = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const isLibrary = (id: string) =>
  libraries.some((name) => id === name || id.startsWith(`${name}/`));

/** Three builds into one folder: `vite build --mode library | standalone | cli`. */
const builds: Record<string, BuildEnvironmentOptions> = {
  /** For games with a bundler and for servers: dependencies stay outside, modules stay as they are. */
  library: {
    lib: {
      entry: {
        index: 'src/index.ts',
        api: 'src/api/index.ts',
        datagram: 'src/datagram/index.ts',
        udp: 'src/peer/index.ts',
        gateway: 'src/gateway/index.ts',
        phaser: 'src/phaser/index.ts',
        proxy: 'src/proxy/index.ts',
        'proxy-node': 'src/proxy/node.ts',
        'proxy-redis': 'src/proxy/redis/index.ts',
        simulator: 'src/simulator/index.ts',
      },
      formats: ['es'],
    },
    minify: false,
    rolldownOptions: {
      external: (id) => isNodeBuiltin(id) || isLibrary(id),
      output: { chunkFileNames: 'chunks/[name].js' },
    },
  },
  /** For `<script type="module">` and CDNs: one file with all in it, what others load later included. */
  standalone: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'relais.standalone.min.js' },
    // Some 350 bytes less than the built-in minifier leaves.
    minify: 'terser',
    terserOptions: {
      ecma: 2020,
      module: true,
      // Some of our names are names of the platform's as well, `pause` for instance: hence `builtins`.
      mangle: {
        properties: { builtins: true, regex: new RegExp(`^(?:${INTERNAL_NAMES.join('|')})$`) },
      },
      compress: {
        ecma: 2020,
        passes: 2,
        hoist_funs: true,
        inline: 1,
        pure_getters: true,
        keep_fargs: false,
        unsafe_methods: true,
      },
      format: { preserve_annotations: false, comments: false },
    },
    rolldownOptions: { output: { minify: true, comments: false, codeSplitting: false } },
  },
  /** `npx relais`: runs from the package alone. */
  cli: {
    ssr: true,
    minify: false,
    rolldownOptions: {
      input: { cli: 'src/cli/main.ts' },
      // It has a binary beside it, and need not be there.
      external: (id) => isNodeBuiltin(id) || id === 'node-datachannel',
      output: { banner: '#!/usr/bin/env node', codeSplitting: false },
    },
  },
};

/** The builds that hold libraries, each with the file that has their licences. */
const LICENCES: Readonly<Record<string, string>> = {
  standalone: 'dist/relais.standalone.min.licenses.txt',
  cli: 'dist/cli.licenses.txt',
};

export default defineConfig(({ mode }) => ({
  build: {
    // For every entry, so that a game whose bundler leaves syntax as it is runs there as well.
    target: Object.entries(OLDEST_BROWSERS).map(([browser, version]) => `${browser}${version}`),
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: true,
    reportCompressedSize: false,
    ...builds[mode],
  },
  plugins: LICENCES[mode] ? [writeLicences(LICENCES[mode])] : [],
  ...(mode === 'cli' && { ssr: { noExternal: true as const } }),
}));
