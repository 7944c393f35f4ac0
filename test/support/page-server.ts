import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { built } from './built.js';

/** Where a page without a bundler comes from. */
export interface PageServer extends AsyncDisposable {
  /** The pages' origin. */
  readonly origin: string;
}

/** What the page does before a test takes over: it loads the built bundle, as a game without a bundler would. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A game</title><link rel="icon" href="data:,"></head>
<body><script type="module">
import { openChannel, RelayConnection, RelayError } from './relais.standalone.min.js';
globalThis.relais = { openChannel, RelayConnection, RelayError };
</script></body></html>`;

/** The same in a worker: it makes a connection when it is told the proxy's URL, and tells all that happens. */
const WORKER = `
import { RelayConnection } from './relais.standalone.min.js';
let relay;
const acts = {
  open(proxyUrl) {
    relay = new RelayConnection(proxyUrl);
    relay.on('state', (state) => postMessage(['state', state]));
    relay.on('session', ({ players }) => players?.length > 1 && postMessage(['players', players.length]));
    relay.on('open', (endpoint) => postMessage(['open', endpoint]));
    relay.on('error', ({ code }) => postMessage(['error', code]));
    relay.on('close', (reason) => postMessage(['close', reason]));
    return relay.create();
  },
  leave: () => relay.leave(),
};
addEventListener('message', ({ data: [act, ...call] }) => acts[act](...call));
`;

/**
 * Serves that page, a worker and the built bundle on a free port of the loopback interface.
 *
 * @param more - Scripts of a test's own, by their paths.
 */
export async function servePage(more: Readonly<Record<string, string>> = {}): Promise<PageServer> {
  const bundle = await readFile(built('relais.standalone.min.js'), 'utf8');
  const scripts = new Map([
    ['/relais.standalone.min.js', bundle],
    ['/worker.js', WORKER],
    ...Object.entries(more),
  ]);
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response
      .writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' })
      .end(script ?? PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
