/**
 * What one player, one address or one session may take. Whoever goes over a limit is answered 429 with a `Retry-After`,
 * and 413 for a body.
 *
 * An address is an IPv4 address, or an IPv6 network of 64 bits. A network of 56 bits may take four times as much, one
 * of 48 bits sixteen times.
 */
export interface Limits {
  /**
   * The largest body, in bytes.
   *
   * @default 16384
   */
  readonly bodyBytes: number;
  /**
   * Requests per minute and address. Each instance counts them, and shares its count with the others afterwards.
   *
   * @default 1200
   */
  readonly requestsPerIp: number;
  /**
   * Requests per minute and player, counted in the same way.
   *
   * @default 300
   */
  readonly requestsPerPlayer: number;
  /**
   * Calls of the relay session API that a player causes per minute, counted in the same way. A call that frees
   * something (*delete*, *revoke-user*) counts as well, but is never refused.
   *
   * @default 120
   */
  readonly upstreamCallsPerPlayer: number;
  /**
   * Calls of the relay session API that an address causes per minute, counted in the same way.
   *
   * @default 600
   */
  readonly upstreamCallsPerIp: number;
  /**
   * New guests per hour and address.
   *
   * @default 60
   */
  readonly guestsPerIp: number;
  /**
   * New guests per hour in total. Beyond them each instance lets in 20 a second.
   *
   * @default 36000
   */
  readonly guestsInTotal: number;
  /**
   * Unknown join codes and session ids per minute and address.
   *
   * @default 10
   */
  readonly joinMissesPerIp: number;
  /**
   * Unknown join codes and session ids per minute in total. Beyond them each instance answers 20 joins a second, right
   * ones and wrong ones.
   *
   * @default 600
   */
  readonly joinMissesInTotal: number;
  /**
   * *create* calls per minute and player.
   *
   * @default 10
   */
  readonly createsPerPlayer: number;
  /**
   * *create* calls per hour and address.
   *
   * @default 120
   */
  readonly createsPerIp: number;
  /**
   * Sessions in which one player has a seat at the same time.
   *
   * @default 4
   */
  readonly sessionsPerPlayer: number;
  /**
   * Players in one session, the host included.
   *
   * @default 64
   */
  readonly usersPerSession: number;
  /**
   * Held requests of one player at the same time. Each instance counts them, and tells the others afterwards.
   *
   * @default 4
   */
  readonly waitsPerPlayer: number;
}

/** A limit by the name of its option: one of {@link Limits}, or that of all calls of the relay session API. */
export type LimitName = keyof Limits | 'callsPerSecond';

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 16_384,
  requestsPerIp: 1_200,
  requestsPerPlayer: 300,
  upstreamCallsPerPlayer: 120,
  upstreamCallsPerIp: 600,
  guestsPerIp: 60,
  guestsInTotal: 36_000,
  joinMissesPerIp: 10,
  joinMissesInTotal: 600,
  createsPerPlayer: 10,
  createsPerIp: 120,
  sessionsPerPlayer: 4,
  usersPerSession: 64,
  waitsPerPlayer: 4,
};
