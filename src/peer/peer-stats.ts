/** Why a peer did not send a datagram, or could not make use of one that came. */
export type PeerDropCause =
  /** To be sent while the relay had not said `valid`. */
  | 'not-open'
  /** To be sent with more than 1187 bytes of payload. */
  | 'too-large'
  /** To be sent without a connection id by the host, or with one by a client. */
  | 'invalid'
  /** The system did not send it. */
  | 'socket';

/** What a peer has done since it was made. */
export interface RelayPeerStats {
  /** Datagrams that the system took. With those that were dropped they are all that `send` was given. */
  readonly sent: number;
  /** Datagrams that were not sent, by the cause. */
  readonly dropped: Readonly<Record<PeerDropCause, number>>;
  /** Datagrams with data that came from the relay. */
  readonly received: number;
  /** What came that is no datagram of a relay. */
  readonly malformed: number;
  /** Pings that were sent. */
  readonly pings: number;
  /** Answers to pings that came. */
  readonly pongs: number;
  /** Time from a ping to its answer, the newest one that is certain, in milliseconds. `null` before the first. */
  readonly roundTrip: number | null;
}

/**
 * Counts datagrams. Given to another peer, it counts on.
 *
 * @example
 * ```ts
 * const tokens = { userAuthorizationToken: 21986334, sessionAuthorizationToken: 3500589645 };
 * const counts = new PeerCounts();
 * const peer = new RelayPeer({ side: 'client', host: '203.0.113.7', port: 31001, ...tokens, counts });
 * ```
 */
export class PeerCounts {
  /** Those that the system took. */
  sent = 0;
  /** Those with data that came from the relay. */
  received = 0;
  /** What came that is no datagram of a relay. */
  malformed = 0;
  /** Those that were not sent, by the cause. */
  readonly dropped: Record<PeerDropCause, number> = {
    'not-open': 0,
    'too-large': 0,
    invalid: 0,
    socket: 0,
  };
}
