import { networkInterfaces } from 'node:os';
import { isIpAddress } from '../common/hosts.js';

/** An IPv6 address that means nothing beyond one cable. */
const LINK_LOCAL = /^fe[89ab]/i;

/**
 * This machine's addresses, as pages may reach them: what is behind NAT, or in a container, must be told its own.
 *
 * @param withLoopback - whether pages may be on this machine itself.
 */
export function readPublicAddresses(withLoopback: boolean): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each = []) => each);
  const usable = all.filter(
    ({ address, family, internal }) =>
      isIpAddress(address) &&
      !LINK_LOCAL.test(address) &&
      (!internal || (withLoopback && family === 'IPv4')),
  );
  return usable.map(({ address }) => address);
}
