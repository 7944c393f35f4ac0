import type { Clock } from '../common/clock.js';
import type { AddressOptions, Authenticate, GuestOptions, JwtOptions } from './identity/index.js';
import type { Limits } from './limits/index.js';
import type { LogEntry, Metrics } from './reports/index.js';
import type { Store } from './store/index.js';

/** How to run a {@link RelayProxy}. At least one of `authenticate`, `jwt` and `guests` must be there. */
export interface RelayProxyOptions extends AddressOptions {
  /** The relay session API behind the proxy. */
  readonly edgegap: {
    /** The studio's API token, without the word `token`. It never leaves the proxy. */
    readonly apiToken: string;
    /** Default: `https://api.edgegap.com`. */
    readonly baseUrl?: string | URL | undefined;
    /** Calls per second that may be made of it, by this instance. Default: 20. */
    readonly callsPerSecond?: number | undefined;
    /** Time for one call, in milliseconds. Default: 10000. */
    readonly timeout?: number | undefined;
    /** The function that sends a request. Default: the platform's `fetch`. */
    readonly fetch?: typeof globalThis.fetch | undefined;
  };
  /**
   * The origins whose pages may use the proxy, `https://game.example` for instance, an app shell's
   * `capacitor://localhost`, or all below a host: `https://*.game.example`. Default: none.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Whether pages without an origin of their own may use the proxy: those in sandboxed frames and `file://`. Anybody can
   * make such a page. Default: false.
   */
  readonly allowNullOrigin?: boolean | undefined;
  /**
   * Encrypt the players' tickets, and sign guest tokens and webhook URLs; each at least 32 characters. The first is
   * used, all are accepted. Default: one drawn anew at each start, so that tickets end with the process, and sessions
   * from before are not known again.
   */
  readonly secrets?: readonly string[] | undefined;
  /** The studio's own way to tell who is asking. */
  readonly authenticate?: Authenticate | undefined;
  /** Lets in players with a JWT of the studio's login. */
  readonly jwt?: JwtOptions | undefined;
  /** Lets in players without an account. Default: false. */
  readonly guests?: boolean | GuestOptions | undefined;
  /** Where the relay service reaches this proxy, for its webhook. Default: nowhere; then there is none. */
  readonly publicUrl?: string | URL | undefined;
  /** The path under which the proxy is mounted, `/relay` for instance. Default: none. */
  readonly basePath?: string | undefined;
  /** How long a ticket lasts, in seconds; it is renewed at half that. Default: 86400 (a day). */
  readonly ticketLifetime?: number | undefined;
  /** How long a player may be silent before their seat is taken away, in seconds. Default: 120. */
  readonly lease?: number | undefined;
  /** The longest time that a request is held, in seconds; less than half the lease. Default: 25. */
  readonly longestWait?: number | undefined;
  /** See {@link Limits}. Default: as documented there. */
  readonly limits?: { readonly [Name in keyof Limits]?: Limits[Name] | undefined } | undefined;
  /**
   * What must outlive a request. Default: this process's memory; then what another process with the same secrets
   * made is kept for an hour where nobody calls. The proxy closes it.
   */
  readonly store?: Store | undefined;
  /** Where the figures go. Default: nowhere; then there is no `/metrics`. */
  readonly metrics?: Metrics | undefined;
  /** Told of every request and every failure. Default: nobody. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock | undefined;
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
