import { build, type Rolldown } from 'vite';
import { THIS_PACKAGE } from './this-package.js';

/** How a page's script is bundled. */
export interface PageBundle {
  /** The proxy that stands for the one that the docs name. */
  readonly proxyUrl: string;
  /** The package that stands for `phaser`: its version 3, for instance. */
  readonly phaser?: string | undefined;
}

/** A page's script with all that it imports, this repository being the package. */
export async function bundlePage(input: string, { phaser, proxyUrl }: PageBundle): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [...THIS_PACKAGE, { find: /^phaser$/, replacement: phaser ?? 'phaser' }],
    },
    plugins: [
      {
        name: 'this-proxy',
        transform: (code, id) =>
          /\/(docs|test)\//.test(id)
            ? code.replace('https://studio.example/relay', proxyUrl)
            : undefined,
      },
    ],
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}
