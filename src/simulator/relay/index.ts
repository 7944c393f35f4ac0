export type { RelayPeersOptions } from './relay-peers.js';
export { openUdpRelay, type UdpRelayOptions } from './udp-relay.js';
