import type { RelayState } from '../datagram/index.js';

/**
 * What a peer is to its relay, as far as the peer knows. What the relay says in its answers to pings:
 *
 * - `checking`: the relay has heard the peer, and is not sure of it yet.
 * - `valid`: datagrams go through.
 * - `invalid`: the tokens are wrong, or the player's seat was taken away.
 * - `session-timeout`: the host is gone; or, to all, the session is.
 * - `error`, `disconnected`: the relay will not have the peer.
 *
 * And what the relay does not say:
 *
 * - `connecting`: no answer yet.
 * - `silent`: there was no answer for ten seconds, unless set otherwise.
 * - `refused`: nobody listens on the relay's port (ICMP says so).
 * - `closed`: {@link RelayPeer.close} was called.
 *
 * None but `closed` is for good: the peer goes on to ping, and takes the relay's next answer for what it is.
 */
export type RelayPeerState = RelayState | 'connecting' | 'silent' | 'refused' | 'closed';
