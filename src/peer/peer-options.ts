import type { Clock } from '../common/clock.js';
import type { RelaySide } from '../datagram/index.js';
import type { PeerCounts } from './peer-stats.js';

/** An IP address that a name stands for. */
export interface ResolvedHost {
  /** In full notation. */
  readonly address: string;
  /** 4 for IPv4, 6 for IPv6. */
  readonly family: 4 | 6;
}

/**
 * Finds the IP address of a host, which may be one already. Whoever must not connect everywhere checks it here: the
 * peer connects to that very address. What it throws, {@link RelayPeer.connect} rejects with.
 */
export type Lookup = (host: string) => Promise<ResolvedHost>;

/** Which relay to connect to, and as whom. */
export interface RelayPeerOptions {
  /** The side of the relay: `server` for the hosting player, `client` for all others. */
  readonly side: RelaySide;
  /** The relay's name or IP address. */
  readonly host: string;
  /** The relay's UDP port for this side. */
  readonly port: number;
  /** The player's own token, an unsigned 32-bit number. */
  readonly userAuthorizationToken: number;
  /** The token that all players of the session share, an unsigned 32-bit number. */
  readonly sessionAuthorizationToken: number;
  /** Time without any answer to the pings after which the relay counts as gone, in milliseconds. @default 10000 */
  readonly answerTime?: number | undefined;
  /** Finds the IP address of `host`. @default the system's resolver */
  readonly lookup?: Lookup | undefined;
  /** Counts the datagrams, where those of an earlier peer are to be counted on. @default from zero */
  readonly counts?: PeerCounts | undefined;
  /** Time. @default the platform's */
  readonly clock?: Clock | undefined;
}
