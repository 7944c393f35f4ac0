/**
 * A figure that can be read off the proxy at any time.
 *
 * - `waiters`: requests that are held by this instance.
 * - `followed_seats`: seats that this instance follows for its gateway's channels.
 * - `sessions`: sessions that this instance watches.
 * - `leases`: leases of players, in the store.
 * - `upstream_budget_used`: the share of the budget of calls of the relay session API that this instance used within
 *   the last ten seconds, from 0 to 1.
 * - `joins_slowed`: 1 while joins are slowed down because too many join codes were wrong, otherwise 0.
 * - `account_sessions`: sessions that the relay service lists, whoever made them.
 * - `open_sessions`: those of them that this proxy made, it or another instance with its secrets.
 * - `host_leases`: those of these whose host has a lease.
 * - `login_keys`: 1 while the keys of the studio's login could be fetched when that was last tried, otherwise 0. Only
 *   with `jwt.jwksUrl`.
 *
 * `account_sessions`, `open_sessions` and `host_leases` are of one moment: the last time that this instance went
 * through the whole list. They are `NaN` before, and ten minutes after, for then another instance does it.
 */
export type Gauge =
  | 'waiters'
  | 'followed_seats'
  | 'sessions'
  | 'leases'
  | 'upstream_budget_used'
  | 'joins_slowed'
  | 'account_sessions'
  | 'open_sessions'
  | 'host_leases'
  | 'login_keys';

/**
 * Where the proxy's figures go. `createPrometheusMetrics` in `relais/proxy/node` makes one for Prometheus. What a
 * method whose name begins with `on` throws is ignored: no request fails because of it.
 */
export interface Metrics {
  /**
   * A request was answered.
   *
   * @param route - the pattern of the path, never the path itself.
   * @param status - the HTTP status.
   * @param milliseconds - how long the answer took.
   */
  onRequest(route: string, status: number, milliseconds: number): void;
  /**
   * The relay session API was called. A call that is repeated counts each time.
   *
   * @param operation - the API's name for it, `relay-session-get` for instance.
   * @param status - the HTTP status, or `none` where there was no answer.
   * @param milliseconds - how long the answer took.
   */
  onUpstreamCall(operation: string, status: string, milliseconds: number): void;
  /**
   * A call of the relay session API has waited for its turn, and is made now, or is given up.
   *
   * @param callClass - what it is for: `frees`, `takes`, `announced`, `pending`, `reads` or `sweeps`, as
   * `docs/proxy.md` has them.
   * @param milliseconds - how long it has waited.
   */
  onUpstreamWait(callClass: string, milliseconds: number): void;
  /** A lease ran out, and the session or the session user is being taken away. */
  onReaped(what: 'session' | 'user'): void;
  /**
   * A request was refused because it is over a limit.
   *
   * @param limit - the name of the limit's option, `requestsPerIp` for instance.
   */
  onLimit(limit: string): void;
  /** A player named a join code or a session id that does not exist. */
  onJoinMiss(): void;
  /**
   * Called once for each gauge.
   *
   * @param read - returns what it stands at. It rejects where the store does not answer.
   */
  gauge(name: Gauge, read: () => number | Promise<number>): void;
  /** Writes all figures, as `GET /metrics` answers them. Where it rejects, the answer is 500. */
  expose(): Promise<{
    /** The media type of the text. */
    readonly contentType: string;
    /** The figures. */
    readonly body: string;
  }>;
}
