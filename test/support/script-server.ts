import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves a page with one script. */
export interface ScriptServer extends AsyncDisposable {
  /** The page's origin. */
  readonly origin: string;
  /** The script, which may be known later than the origin. */
  script: string;
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">' +
  '<body><script type="module" src="/game.js"></script>';

/** Serves it on a free port of the loopback interface. */
export async function serveScript(): Promise<ScriptServer> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/game.js';
    response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      .end(isScript ? served.script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: ScriptServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: '',
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return served;
}
