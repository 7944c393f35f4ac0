import type { SeatSource } from '../channel-protocol/seat-source.js';
import type { Clock } from '../common/clock.js';
import type { GatewayOption } from './gateway-option.js';
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
    /**
     * Where the relay session API is.
     *
     * @default `https://api.edgegap.com`
     */
    readonly baseUrl?: string | URL | undefined;
    /**
     * Calls per second that may be made of it, by this instance.
     *
     * @default 20
     */
    readonly callsPerSecond?: number | undefined;
    /**
     * Time for one call, in milliseconds.
     *
     * @default 10000
     */
    readonly timeout?: number | undefined;
    /**
     * The function that sends a request.
     *
     * @default the platform's `fetch`
     */
    readonly fetch?: typeof globalThis.fetch | undefined;
  };
  /**
   * The origins whose pages may use the proxy, `https://game.example` for instance, an app shell's
   * `capacitor://localhost`, or all below a host: `https://*.game.example`.
   *
   * @default none
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Whether pages without an origin of their own may use the proxy: those in sandboxed frames and `file://`. Anybody
   * can make such a page.
   *
   * @default false
   */
  readonly allowNullOrigin?: boolean | undefined;
  /**
   * Secrets that encrypt the players' tickets, and sign guest tokens and webhook URLs; each has at least 32 characters.
   * The first is used, all are accepted. One that is drawn at the start is gone when the process ends: the next process
   * refuses the tickets that this one gave, and does not know its sessions.
   *
   * @default one drawn anew at each start
   */
  readonly secrets?: readonly string[] | undefined;
  /**
   * The gateway that carries pages' datagrams, where there is one. Players who come `via: 'gateway'` then get what
   * opens a channel there.
   *
   * @default none
   */
  readonly gateway?: GatewayOption | undefined;
  /**
   * The studio's own way to tell who is asking.
   *
   * @default none
   */
  readonly authenticate?: Authenticate | undefined;
  /**
   * Lets in players with a JWT of the studio's login.
   *
   * @default none
   */
  readonly jwt?: JwtOptions | undefined;
  /**
   * Lets in players without an account.
   *
   * @default false
   */
  readonly guests?: boolean | GuestOptions | undefined;
  /**
   * Where the relay service reaches this proxy, for its webhook. Without it there is no webhook.
   *
   * @default none
   */
  readonly publicUrl?: string | URL | undefined;
  /**
   * The path under which the proxy is mounted, `/relay` for instance.
   *
   * @default none
   */
  readonly basePath?: string | undefined;
  /**
   * How long a ticket lasts, in seconds; it is renewed at half that.
   *
   * @default 86400 (a day)
   */
  readonly ticketLifetime?: number | undefined;
  /**
   * How long a player may be silent before their seat is taken away, in seconds.
   *
   * @default 120
   */
  readonly lease?: number | undefined;
  /**
   * The longest time that a request is held, in seconds; at most half the lease.
   *
   * @default 25
   */
  readonly longestWait?: number | undefined;
  /**
   * What one player, one address or one session may use.
   *
   * @default those of {@link Limits}, for each limit that is not given
   */
  readonly limits?: { readonly [Name in keyof Limits]?: Limits[Name] | undefined } | undefined;
  /**
   * Keeps what must outlive a request. The proxy closes it. Without a store of its own, a process keeps the sessions
   * that another one with the same secrets made for an hour, even if none of their players calls.
   *
   * @default this process's memory
   */
  readonly store?: Store | undefined;
  /**
   * Where the figures go. Without it there is no `/metrics`.
   *
   * @default none
   */
  readonly metrics?: Metrics | undefined;
  /**
   * Whether `GET /metrics` shows the figures to whoever asks. With `false` they are to be had elsewhere only, by
   * `serveMetrics` for instance.
   *
   * @default true
   */
  readonly servesMetrics?: boolean | undefined;
  /**
   * Told of every request and every failure.
   *
   * @default nobody
   */
  readonly log?: ((entry: LogEntry) => void) | undefined;
  /**
   * Time and randomness.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
}

/** The token-issuing proxy, at home wherever `fetch` handlers run. */
export interface RelayProxy {
  /**
   * Answers a request, at once where all that it takes is at hand. `remoteAddress` is the IP address that the
   * connection came from.
   *
   * @example
   * ```ts
   * const request = new Request('https://studio.example/healthz');
   * const { status } = await proxy.fetch(request, { remoteAddress: '203.0.113.7' });
   * ```
   */
  fetch(
    request: Request,
    connection: { readonly remoteAddress: string },
  ): Response | Promise<Response>;
  /**
   * Looks for the sessions of earlier processes, and starts to look after leases. If nobody calls it, the first request
   * does both.
   *
   * @example proxy.start();
   */
  start(): void;
  /**
   * Gets ready to stop: `/readyz` says so from now on, and held requests are answered, each at a moment of its own.
   * All else is answered as ever. Documents name the gateway where others find it, and no longer this process's own.
   *
   * @param duration - time until {@link RelayProxy.close}, in milliseconds.
   * @example proxy.drain(5_000);
   */
  drain(duration: number): void;
  /**
   * Ends all held requests at once, waits for the others, tries once more what is still to be done at the relay
   * service, and closes the store. The service is not called afterwards.
   *
   * @example await proxy.close();
   */
  close(): Promise<void>;
  /** Whom a gateway asks who may open a channel, and where it leads: `createGateway({ seats: proxy.seats })`. */
  readonly seats: SeatSource;
}
