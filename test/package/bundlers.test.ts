import { TraceMap } from '@jridgewell/trace-mapping';
import { build } from 'esbuild-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.js';
import { bundle, bundlerNames } from './bundle.js';
import { installPackage } from './install.js';
import { runScript } from './run.js';

let cwd: string;
beforeAll(() => {
  cwd = installPackage();
});

describe.each(bundlerNames)('bundled with %s', (name) => {
  it('a game plays its match', async () => {
    await using stack = await startStack({ linkDelay: 20 });
    await bundle(
      name,
      cwd,
      `import { RelayConnection } from 'relais';
       export async function play(proxyUrl) {
         const relay = new RelayConnection(proxyUrl);
         const endpoint = await relay.create();
         await relay.leave();
         return endpoint.link;
       }`,
    );
    const link = await runScript(
      cwd,
      `import { play } from './bundle.mjs';
       console.log(await play('${stack.proxyUrl}'));`,
    );
    expect(link).toMatch(/^\S+:\d+\n$/);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it.each(['relais', 'relais/api', 'relais/phaser'])(
    'an unused import of %s leaves nothing',
    async (entry) => {
      const code = await bundle(name, cwd, `import * as unused from '${entry}';`);
      const withoutComments = code.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
      expect(withoutComments.replace(/export\s*\{\s*\};?/, '').trim()).toBe('');
    },
  );
});

describe('a server that imports only relais/api', () => {
  it('gets the API’s client and its libraries, and nothing of the game’s or the proxy’s', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: cwd,
      stdin: { contents: `export * from 'relais/api';`, resolveDir: cwd },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      sourcemap: 'external',
      outfile: 'api.mjs',
      write: false,
    });
    const [output] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint);
    const packages = Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => /node_modules\/([^/]+)/.exec(input)?.[1]);
    expect([...new Set(packages)].filter(Boolean).sort()).toEqual(['ky', 'relais', 'valibot']);

    const map = new TraceMap(outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '');
    const own = map.sources.flatMap((source) => /\/src\/(.+)$/.exec(source ?? '')?.[1] ?? []);
    expect(own).toContain('api/relay-api.ts');
    // What all rooms share lies in common.
    expect(own.filter((source) => !/^(api|common)\//.test(source))).toEqual([]);
  });
});
