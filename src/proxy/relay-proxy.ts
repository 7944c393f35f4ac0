import { RelayApi } from '../api/relay-api.js';
import { createRoutes } from './routes.js';
import { Tickets } from './tickets.js';

/** How to run a {@link RelayProxy}. */
export interface RelayProxyOptions {
  /** The relay session API behind the proxy. */
  readonly edgegap: {
    /** The studio's API token, without the word `token`. It never leaves the proxy. */
    readonly apiToken: string;
    /** Default: `https://api.edgegap.com`. */
    readonly baseUrl?: string | URL;
  };
  /** The origins whose pages may use the proxy, `https://game.example` for instance. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Signs the players' tickets; at least 32 characters. Default: drawn anew at each start, so that
   * tickets end with the process.
   */
  readonly secret?: string;
  /** The public IP address to use for players who come from a private one. Default: their own. */
  readonly developmentIp?: string;
}

/** The token-issuing proxy, at home wherever `fetch` handlers run. */
export interface RelayProxy {
  /** Answers a request. `remoteAddress` is the IP address that the connection came from. */
  fetch(request: Request, connection: { readonly remoteAddress: string }): Promise<Response>;
  /** Lets go of everything that it holds. */
  close(): Promise<void>;
}

const TICKET_LIFETIME = 24 * 60 * 60;

/**
 * Creates the proxy between the game and the relay session API.
 *
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 */
export function createRelayProxy(options: RelayProxyOptions): RelayProxy {
  const { developmentIp, secret = `${crypto.randomUUID()}${crypto.randomUUID()}` } = options;
  const routes = createRoutes({
    api: new RelayApi(options.edgegap),
    tickets: new Tickets(secret, TICKET_LIFETIME),
    allowedOrigins: options.allowedOrigins ?? [],
    publicAddress: (remoteAddress) => developmentIp ?? remoteAddress,
  });
  return {
    fetch: async (request, { remoteAddress }) => routes.fetch(request, { remoteAddress }),
    close: async () => {},
  };
}
