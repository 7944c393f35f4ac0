import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { Answers } from './answers.js';
import { BY_CODE, endWith, FAILED, NO_HTTP, NO_TUNNEL, refuse } from './refusals.js';
import type { UpgradeHandler } from './upgrade-handler.js';
import { handOnUpgrades, losesWhatFollows, UPGRADES, type UpgradeChoice } from './upgrades.js';

export type { UpgradeHandler };

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
   * requests per second. For a process that does nothing else.
   *
   * @default false
   */
  readonly overrideGlobalObjects?: boolean | undefined;
  /**
   * How long a connection stays open without a request, in seconds. It should be longer than what stands in front keeps
   * it, so that the other side hangs up first and sends nothing into a closed connection.
   *
   * @default 75
   */
  readonly keepAlive?: number | undefined;
  /**
   * Time for a whole request to come, from its first byte to the last of its body, in seconds. Then it is answered with
   * 408, and the connection closed. With {@link ListenOptions.upgrades}, all but its body has 4 seconds at most.
   *
   * @default 10
   */
  readonly requestTime?: number | undefined;
  /**
   * Takes over the connection of a request for a WebSocket.
   *
   * @default none: such a request is answered like any other
   */
  readonly upgrades?: UpgradeHandler | undefined;
}

/** A server that listens. */
export interface Listener {
  /** The address that it listens on, `http://127.0.0.1:8080` for instance. */
  readonly url: string;
  /** Stops listening, lets running requests end for `grace` milliseconds, then cuts them. */
  close(grace?: number): Promise<void>;
}

/** A server that can get ready to stop. */
export interface DrainableListener extends Listener {
  /** Goes on listening and answering, and ends each connection after the next answer on it. */
  drain(): void;
}

/** How long a connection without a request stays open, in seconds. Most load balancers keep theirs for 60. */
const DEFAULT_KEEP_ALIVE = 75;
/** How long a whole request may take to come, in seconds. */
const DEFAULT_REQUEST_TIME = 10;
/** The time between two looks for requests that take too long, in milliseconds. */
const CHECKED_EVERY = 1_000;
/**
 * How long the head of a request may take to come where it may be one for a WebSocket, in milliseconds. With the time
 * between two looks, a connection is gone after five seconds that has asked for nothing yet.
 */
const HEAD_TIME = 4_000;

/** Answers a request. */
type Handler = (request: Request, connection: Connection) => Response | Promise<Response>;

/** Serves a fetch handler over HTTP/1.1 on Node. Rejects when the address is taken or not there. */
export async function listen(handler: Handler, options: ListenOptions): Promise<DrainableListener> {
  const answers = new Answers();
  const respond = createResponder(handler, options.overrideGlobalObjects);
  const server = createAnsweringServer(options, answers, (incoming, outgoing) => {
    answers.add(outgoing);
    if (losesWhatFollows(incoming)) outgoing.shouldKeepAlive = false;
    return respond(incoming, outgoing);
  });
  handOnUpgrades(server, options.upgrades);
  return {
    url: await listenOn(server, options),
    drain: () => answers.drain(),
    close: (grace = 0) => close(server, answers, grace),
  };
}

/** What answers each whole request: the handler, or a refusal where the handler cannot be asked or fails. */
function createResponder(handler: Handler, overrideGlobalObjects = false) {
  return getRequestListener(
    (request, { incoming }) =>
      lacksHost(incoming as IncomingMessage)
        ? refuse(NO_HTTP)
        : handler(request, {
            remoteAddress: incoming.socket.remoteAddress ?? '',
            destroy: () => incoming.socket.destroy(),
          }),
    {
      overrideGlobalObjects,
      // The host in the URL of a request that has no `Host`.
      hostname: 'localhost',
      errorHandler: (error) => refuse(error instanceof RequestError ? NO_HTTP : FAILED),
    },
  );
}

/** A server that answers whatever comes, whole requests and all else. */
function createAnsweringServer(
  { keepAlive = DEFAULT_KEEP_ALIVE, requestTime = DEFAULT_REQUEST_TIME, upgrades }: ListenOptions,
  answers: Answers,
  answer: RequestListener,
): Server {
  const options: ServerOptions & UpgradeChoice = {
    // Node's own answer to a request without a `Host` has no body.
    requireHostHeader: false,
    keepAliveTimeout: keepAlive * 1000,
    headersTimeout: Math.min(requestTime * 1000, upgrades ? HEAD_TIME : Number.POSITIVE_INFINITY),
    requestTimeout: requestTime * 1000,
    connectionsCheckingInterval: CHECKED_EVERY,
    ...UPGRADES,
  };
  const server = createServer(options, answer);
  server.on('connection', (socket) => answers.meet(socket));
  server.on('clientError', (error, socket) => answerBrokenRequest(error, socket, answers));
  // Nor has its answer to an expectation that it does not know. Such a request is simply answered.
  server.on('checkExpectation', answer);
  // A request for a tunnel has no path. Without this, Node hangs up.
  server.on('connect', (_request, socket) => {
    // From here on the socket is ours: Node sees to neither its errors nor its end.
    socket.on('error', () => socket.destroy());
    socket.on('finish', () => socket.destroy());
    endWith(socket, NO_TUNNEL);
  });
  return server;
}

/** Begins to listen, and says at which URL. */
async function listenOn(server: Server, { port, hostname }: ListenOptions): Promise<string> {
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
  return `http://${host}:${address.port}`;
}

/**
 * Whether a request lacks its `Host`. HTTP/1.1 demands one. HTTP/1.0, which many health checks of load balancers speak,
 * does not.
 */
const lacksHost = ({ httpVersion, headers }: IncomingMessage) =>
  httpVersion !== '1.0' && headers.host === undefined;

/**
 * Answers what never becomes a whole request, because it is no HTTP, too long or too slow. It gets an answer in the
 * usual form. A connection gets none if it has sent nothing yet, or if its request was answered before its body was
 * there.
 */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, answers: Answers): void {
  const { code = '' } = error;
  const isSilent = code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0;
  if (!socket.writable || code === 'ECONNRESET' || isSilent || !answers.mayAnswer(socket)) {
    socket.destroy();
    return;
  }
  endWith(socket, BY_CODE[code] ?? NO_HTTP);
}

function close(server: Server, answers: Answers, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    answers.close();
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
