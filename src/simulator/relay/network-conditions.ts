import * as v from 'valibot';

/** A share: 0 (none) to 1 (all). */
export const share = v.pipe(
  v.number(),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(1, 'must be 1 or less'),
);

/** The time that a datagram takes one way, in milliseconds, a minute at most: it is kept in memory meanwhile. */
export const oneWayTime = v.pipe(
  v.number(),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(60_000, 'must be 60000 (one minute) or less'),
);

/** A change of the network's conditions: all of them or some. */
export const NetworkChange = v.strictObject({
  loss: v.optional(share),
  latency: v.optional(oneWayTime),
  jitter: v.optional(oneWayTime),
});

/**
 * What the network between the relays and their peers is like. The conditions hold for each direction. So data from a
 * client to the server meets them twice: on its way to the relay, and on from it.
 */
export interface NetworkConditions {
  /** How many of the datagrams are lost, 0 (none) to 1 (all). */
  readonly loss: number;
  /** Time that each datagram takes, in milliseconds. */
  readonly latency: number;
  /**
   * Time that a datagram takes on top of `latency`, in milliseconds: drawn for each, from 0 to this. Datagrams overtake
   * one another where it is longer than the time between them.
   */
  readonly jitter: number;
}

/** A network that takes no time and loses nothing. */
export const PERFECT_NETWORK: NetworkConditions = { loss: 0, latency: 0, jitter: 0 };
