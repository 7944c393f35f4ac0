import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands in front of a server in a test. */
export interface FrontOptions {
  /** Makes the headers that are sent on. Default: they stay as they are. */
  readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** After how many milliseconds without an answer it gives up with 504. Default: never. */
  readonly idle?: number;
}

/** A reverse proxy for one server, as good or bad as a test wants it. */
export async function standInFront(
  target: string,
  { headers = (same) => same, idle = 0 }: FrontOptions = {},
): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((incoming, outgoing) => {
    const { method, url = '/' } = incoming;
    const onward = request(new URL(url, target), { method, headers: headers(incoming.headers) });
    onward.setTimeout(idle, () => {
      outgoing.writeHead(504).end();
      onward.destroy();
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => {
      if (!outgoing.headersSent) outgoing.writeHead(502).end();
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
