import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPackage } from './install.js';

const GAME = `
  import { RelayConnection, RelayError, type Endpoint } from 'relais';
  import { RelayConnection as Standalone } from 'relais/standalone';
  import { RelayApi, type RelaySession } from 'relais/api';
  import { type RelaisPlugin, relaisPlugin } from 'relais/phaser';

  const relay = new RelayConnection('https://studio.example/relay', { token: () => 'login' });
  relay.on('linked', ({ host, port }) => { const where: [string, number] = [host, port]; void where; });
  relay.on('error', (error) => { const code: RelayError['code'] = error.code; void code; });
  // @ts-expect-error There is no such event.
  relay.on('linkd', () => {});
  // @ts-expect-error The port is a number.
  relay.on('open', ({ port }: { port: string }) => void port);
  export const key: string = relaisPlugin({ proxyUrl: '/relay', via: 'gateway' }).key;
  export const listen = (plugin: RelaisPlugin, scene: Parameters<RelaisPlugin['on']>[2]) => {
    plugin.on('datagram', (bytes, id) => { const from: number | undefined = id; void from; }, scene);
    // @ts-expect-error A listener belongs to a scene.
    plugin.on('close', () => {});
  };
  export const endpoint: Promise<Endpoint> = relay.create();
  export const same: typeof RelayConnection = Standalone;
  export const session: Promise<RelaySession> = new RelayApi({ apiToken: 'x' }).getSession('7349356945f1-S');
`;

const SERVER = `
  import { createRelayProxy, type RelayProxy } from 'relais/proxy';
  import { serveRelayProxy } from 'relais/proxy/node';
  import { createSimulator } from 'relais/simulator';

  const simulator = await createSimulator({ linkDelay: 1 });
  const proxy: RelayProxy = createRelayProxy({ edgegap: { apiToken: 'x', baseUrl: simulator.url }, guests: true });
  const { url }: { url: string } = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
  export const answer: Response | Promise<Response> = proxy.fetch(new Request(url), { remoteAddress: '1.1.1.1' });
  // @ts-expect-error The API token is required.
  createRelayProxy({ edgegap: {} });
`;

let game: string;
let studio: string;
beforeAll(() => {
  // As a game has it: no server library. Neither has the types of Node.
  game = installPackage();
  studio = installPackage('hono', '@hono/node-server', 'jose', 'ipaddr.js');
});

const RESOLUTIONS = {
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
};

/** What a strict TypeScript says of a module, and of every declaration that it reaches. */
function complaints(
  cwd: string,
  file: string,
  code: string,
  options: ts.CompilerOptions,
): string[] {
  const path = join(cwd, file);
  writeFileSync(path, code);
  const program = ts.createProgram([path], {
    ...options,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file: at, messageText }) =>
        `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
    .map((line) => line.replace(resolve(cwd), '.'));
}

describe.each(Object.entries(RESOLUTIONS))('TypeScript with moduleResolution %s', (_, options) => {
  it('knows a game’s entries, and every declaration stands on its own', () => {
    expect(complaints(game, 'game.mts', GAME, options)).toEqual([]);
  });

  it('knows a studio’s entries without the types of Node', () => {
    expect(complaints(studio, 'server.mts', SERVER, options)).toEqual([]);
  });
});
