export { Network } from './network.js';
export { NetworkChange, type NetworkConditions, oneWayTime, share } from './network-conditions.js';
export type { LeaseRelay, RelayLease } from './relay-lease.js';
export { inventRelays } from './relays-without-sockets.js';
export { leaseUdpRelays } from './udp-relay-lease.js';
