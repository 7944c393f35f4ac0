/**
 * `relais/udp`: one player at the relay, for programs that can send UDP.
 *
 * @module relais/udp
 */

export type { RelaySide, RelayState } from '../datagram/index.js';
export { resolveHost } from './lookup.js';
export type { Lookup, RelayPeerOptions, ResolvedHost } from './peer-options.js';
export type { RelayPeerState } from './peer-state.js';
export { PeerCounts, type PeerDropCause, type RelayPeerStats } from './peer-stats.js';
export { RelayPeer, type RelayPeerEvents } from './relay-peer.js';
export { type UdpWireOptions, udpWire } from './udp-wire.js';
