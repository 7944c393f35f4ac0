import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a page without a bundler comes from. */
export interface PageServer extends AsyncDisposable {
  /** The pages' origin. */
  readonly origin: string;
}

/** What the page does before a test takes over: it loads the built bundle, as a game without a bundler would. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A game</title><link rel="icon" href="data:,"></head>
<body><script type="module">
import { RelayConnection, RelayError } from './relais.standalone.min.js';
globalThis.relais = { RelayConnection, RelayError };
</script></body></html>`;

/** Serves that page and the built bundle on a free port of the loopback interface. */
export async function servePage(): Promise<PageServer> {
  const bundle = await readFile(
    new URL('../../dist/relais.standalone.min.js', import.meta.url),
    'utf8',
  );
  const server = createServer((request, response) => {
    const isBundle = request.url === '/relais.standalone.min.js';
    response
      .writeHead(200, { 'content-type': isBundle ? 'text/javascript' : 'text/html' })
      .end(isBundle ? bundle : PAGE);
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
