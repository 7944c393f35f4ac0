import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';

/** What a handler may know of, and do to, the connection that a request came on. */
export interface Connection {
  /** The other end's IP address; an IPv4 one may come as `::ffff:192.0.2.1`. */
  readonly remoteAddress: string;
  /** Cuts the connection without an answer. */
  destroy(): void;
}

/** Where to listen. */
export interface ListenOptions {
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  /** Address to listen on. */
  readonly hostname: string;
  /**
   * Replaces the process's global `Request` and `Response` by lighter ones, which more than doubles the
   * requests per second. For a process that does nothing else. Default: false.
   */
  readonly overrideGlobalObjects?: boolean | undefined;
}

/** A server that listens. */
export interface Listener {
  /** The address that it listens on, `http://127.0.0.1:8080` for instance. */
  readonly url: string;
  /** Stops listening, lets running requests end for `grace` milliseconds, then cuts them. */
  close(grace?: number): Promise<void>;
}

/** Serves a fetch handler over HTTP/1.1 on Node. Rejects when the address is taken or not there. */
export async function listen(
  handler: (request: Request, connection: Connection) => Response | Promise<Response>,
  { port, hostname, overrideGlobalObjects = false }: ListenOptions,
): Promise<Listener> {
  const answer = getRequestListener(
    (request, { incoming }) =>
      handler(request, {
        remoteAddress: incoming.socket.remoteAddress ?? '',
        destroy: () => incoming.socket.destroy(),
      }),
    {
      overrideGlobalObjects,
      errorHandler: (error) =>
        error instanceof RequestError
          ? Response.json(NO_HTTP.body, { status: NO_HTTP.status })
          : Response.json({ message: 'The server failed.', code: 'internal' }, { status: 500 }),
    },
  );
  // Without a `Host` it is no valid HTTP: Node's own answer to that has no body.
  const server = createServer({ requireHostHeader: false }, answer);
  server.on('clientError', answerBrokenRequest);
  // Nor has the one to an expectation that it does not know. Nothing must be made of that.
  server.on('checkExpectation', answer);
  // A tunnel is asked for with no path: without this, Node hangs up.
  server.on('connect', (_request, socket) => {
    // From here on it is nobody's but ours: neither its errors nor its end are Node's to see to.
    socket.on('error', () => socket.destroy());
    socket.on('finish', () => socket.destroy());
    endWith(socket, NO_TUNNEL);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not a TCP address.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${host}:${address.port}`, close: (grace = 0) => close(server, grace) };
}

const NO_HTTP = {
  status: 400,
  body: { message: 'The request is no valid HTTP.', code: 'bad-request' },
} as const;
const NO_TUNNEL = {
  status: 404,
  body: { message: 'There is no such path or method.', code: 'not-found' },
} as const;
const TOO_LARGE = {
  status: 431,
  body: { message: 'The headers are too large.', code: 'too-large' },
} as const;

/** What is no HTTP, or too much of it, never becomes a request; it gets an answer in the usual form all the same. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  endWith(socket, error.code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : NO_HTTP);
}

/** Answers what never becomes a request, and hangs up. */
function endWith(socket: Duplex, answer: { readonly status: number; readonly body: object }): void {
  const { status } = answer;
  const body = JSON.stringify(answer.body);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

function close(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
