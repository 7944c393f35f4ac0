import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { isIpAddress } from '../common/hosts.js';
import type { Lookup } from '../peer/index.js';

/** A relay's host that no datagram may be sent to. */
export class ForbiddenDestination extends Error {
  constructor() {
    super('The relay has an address that no relay may have.');
    this.name = 'ForbiddenDestination';
  }
}

/**
 * Wraps a lookup so that it finds public addresses only, and none of this machine's: else whoever can choose a relay's
 * name has a way into the studio's own network. The address that was checked is the one that is connected.
 *
 * @param isDevelopment - lets all through.
 * @param ownAddresses - tells this machine's addresses, which may change while it runs.
 * @returns a lookup that throws {@link ForbiddenDestination}.
 */
export function guardLookup(
  lookup: Lookup,
  isDevelopment: boolean,
  ownAddresses: () => readonly string[] = readOwnAddresses,
): Lookup {
  return async (host) => {
    const found = await lookup(host);
    const isAllowed =
      isIpAddress(found.address) &&
      (isDevelopment || isForeignAndPublic(found.address, ownAddresses()));
    if (!isAllowed) throw new ForbiddenDestination();
    return found;
  };
}

function isForeignAndPublic(address: string, own: readonly string[]): boolean {
  const ip = ipaddr.process(address);
  return ip.range() === 'unicast' && !own.includes(ip.toNormalizedString());
}

function readOwnAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((interfaces = []) =>
    interfaces
      .filter(({ address }) => isIpAddress(address))
      .map(({ address }) => ipaddr.process(address).toNormalizedString()),
  );
}
