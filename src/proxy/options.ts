import type { Clock } from '../api/clock.js';
import type { AddressOptions } from './addresses.js';
import type { JwtOptions } from './jwt-authenticator.js';
import type { Limits } from './limits.js';
import type { LogEntry } from './log.js';
import type { Metrics } from './metrics.js';
import type { Authenticate, GuestOptions } from './players.js';
import type { Store } from './store.js';

/** How to run a {@link RelayProxy}. At least one of `authenticate`, `jwt` and `guests` must be there. */
export interface RelayProxyOptions extends AddressOptions {
  /** The relay session API behind the proxy. */
  readonly edgegap: {
    /** The studio's API token, without the word `token`. It never leaves the proxy. */
    readonly apiToken: string;
    /** Default: `https://api.edgegap.com`. */
    readonly baseUrl?: string | URL;
    /** Calls per second that may be made of it, by this instance. Default: 20. */
    readonly callsPerSecond?: number;
    /** Time for one call, in milliseconds. Default: 10000. */
    readonly timeout?: number;
    /** The function that sends a request. Default: the platform's `fetch`. */
    readonly fetch?: typeof globalThis.fetch;
  };
  /** The origins whose pages may use the proxy, `https://game.example` for instance. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Sign the players' tickets, guest tokens and webhook URLs; each at least 32 characters. The first signs, all
   * are accepted. Default: one drawn anew at each start, so that tickets end with the process, and sessions
   * from before are not known again.
   */
  readonly secrets?: readonly string[];
  /** The studio's own way to tell who is asking. */
  readonly authenticate?: Authenticate;
  /** Lets in players with a JWT of the studio's login. */
  readonly jwt?: JwtOptions;
  /** Lets in players without an account. Default: false. */
  readonly guests?: boolean | GuestOptions;
  /** Where the relay service reaches this proxy, for its webhook. Default: nowhere; then there is none. */
  readonly publicUrl?: string | URL;
  /** The path under which the proxy is mounted, `/relay` for instance. Default: none. */
  readonly basePath?: string;
  /** How long a ticket lasts, in seconds; it is renewed at half that. Default: 86400 (a day). */
  readonly ticketLifetime?: number;
  /** How long a player may be silent before their seat is taken away, in seconds. Default: 120. */
  readonly lease?: number;
  /** The longest time that a request is held, in seconds; less than half the lease. Default: 25. */
  readonly longestWait?: number;
  /** See {@link Limits}. Default: as documented there. */
  readonly limits?: Partial<Limits>;
  /** What must outlive a request. Default: this process's memory. The proxy closes it. */
  readonly store?: Store;
  /** Where the figures go. Default: nowhere; then there is no `/metrics`. */
  readonly metrics?: Metrics;
  /** Told of every request and every failure. Default: nobody. */
  readonly log?: (entry: LogEntry) => void;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock;
}

/** The token-issuing proxy, at home wherever `fetch` handlers run. */
export interface RelayProxy {
  /**
   * Answers a request, at once where all that it takes is at hand. `remoteAddress` is the IP address that the
   * connection came from.
   */
  fetch(
    request: Request,
    connection: { readonly remoteAddress: string },
  ): Response | Promise<Response>;
  /**
   * Takes the sessions from before into its care and starts to look after leases. Without it the first
   * request does.
   */
  start(): void;
  /** Ends all held requests at once, waits for the others, tries once more what is planned upstream, and lets go of everything; upstream is not called after. */
  close(): Promise<void>;
}
