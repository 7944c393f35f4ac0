/** What can be read off the proxy at any time. */
export type Gauge = 'waiters' | 'sessions' | 'leases' | 'joins_slowed';

/** Where the proxy's figures go. `relais/proxy/node` has one for Prometheus. */
export interface Metrics {
  /** A request was answered. `route` is a pattern, never a path. */
  onRequest(route: string, status: number, milliseconds: number): void;
  /** Upstream was called once, retries counted one by one. `status` is `none` where there was no answer. */
  onUpstreamCall(operation: string, status: string, milliseconds: number): void;
  /** A lease ran out, and its session or user is being taken away. */
  onReaped(what: 'session' | 'user'): void;
  /** Somebody wanted to join with a join code or session id that there is not. */
  onJoinMiss(): void;
  /** Tells how to read a gauge. */
  gauge(name: Gauge, read: () => number | Promise<number>): void;
  /** All figures, as text for the scraper. */
  expose(): Promise<{
    /** The text's media type. */
    readonly contentType: string;
    /** The text. */
    readonly body: string;
  }>;
}
