import { networkInterfaces } from 'node:os';
import { isIpAddress } from '../common/hosts.js';
import type { GatewayUdp } from './gateway-options.js';

/** An IPv6 address that means nothing beyond one cable. */
const LINK_LOCAL = /^fe[89ab]/i;

/**
 * The addresses that pages are told: those that the gateway was told, else this machine's. What is behind NAT, or in a
 * container, does not know the ones that pages reach.
 *
 * @param withLoopback - whether pages may be on this machine itself.
 */
export function udpAddresses({ address }: Pick<GatewayUdp, 'address'>, withLoopback: boolean) {
  return address ? [address].flat() : ownAddresses(withLoopback);
}

function ownAddresses(withLoopback: boolean): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each = []) => each);
  const usable = all.filter(
    ({ address, family, internal }) =>
      isIpAddress(address) &&
      !LINK_LOCAL.test(address) &&
      (!internal || (withLoopback && family === 'IPv4')),
  );
  return usable.map(({ address }) => address);
}
