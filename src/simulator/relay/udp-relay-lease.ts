import { isIP } from 'node:net';
import { describeRelay } from './describe-relay.js';
import type { LeaseRelay, RelayOwner } from './relay-lease.js';
import { UdpRelay, type UdpRelayOptions } from './udp-relay.js';

/** Relays that forward UDP, on free ports of `address`; `host` is what sessions call them, else their IP address. */
export function leaseUdpRelays(
  address: string,
  host: string | undefined,
  options: Omit<UdpRelayOptions, keyof RelayOwner>,
): LeaseRelay {
  return async (owner) => {
    const relay = await UdpRelay.open(address, { ...options, ...owner });
    const ip = host && isIP(host) ? host : dialable(relay.address);
    return {
      document: describeRelay(ip, host ?? ip, relay.ports),
      retire: () => relay.retire(),
      close: () => relay.close(),
    };
  };
}

/** An address at which a listener can be reached: one that listens on all addresses can be reached on loopback. */
function dialable(address: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
}
