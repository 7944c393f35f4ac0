import { lookup as systemLookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { isIpAddress } from '../common/hosts.js';
import type { Lookup, ResolvedHost } from '../peer/index.js';
import { isPublicAddress } from './public-address.js';

/** A relay's host that no datagram may be sent to. */
export class ForbiddenDestination extends Error {
  constructor() {
    super('The relay has an address that no relay may have.');
    this.name = 'ForbiddenDestination';
  }
}

/** Finds all addresses of a host, or the one that is to be taken. */
export type LookupAll = (host: string) => Promise<ResolvedHost | readonly ResolvedHost[]>;

/** All addresses of a host, by the system's resolver. */
export const resolveAll: LookupAll = async (host) => {
  const found = await systemLookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Names of the machine itself, whatever a resolver says. */
const LOCAL_NAME = /(^|\.)localhost\.?$/i;

/**
 * Makes a lookup that finds public addresses only, and none of this machine's: else whoever can choose a relay's name
 * has a way into the studio's own network. A name is refused where one of its addresses is bad. The address that was
 * checked is the one that is connected.
 *
 * @param isDevelopment - lets all through.
 * @param ownAddresses - tells this machine's addresses, which may change while it runs.
 * @returns a lookup that throws {@link ForbiddenDestination}.
 */
export function guardLookup(
  lookup: LookupAll,
  isDevelopment: boolean,
  ownAddresses: () => readonly string[] = readOwnAddresses,
): Lookup {
  return async (host) => {
    if (!isDevelopment && LOCAL_NAME.test(host)) throw new ForbiddenDestination();
    const found = [await lookup(host)].flat();
    const own = ownAddresses();
    const isAllowed = ({ address }: ResolvedHost) =>
      isIpAddress(address) && (isDevelopment || isForeignAndPublic(address, own));
    const [first] = found;
    if (!first || !found.every(isAllowed)) throw new ForbiddenDestination();
    return first;
  };
}

/** The addresses of this machine that it knows, in full notation. */
export function readOwnAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((interfaces = []) =>
    interfaces.map(({ address }) => address).filter(isIpAddress),
  );
}

function isForeignAndPublic(address: string, own: readonly string[]): boolean {
  const ip = ipaddr.process(address);
  return isPublicAddress(address) && !own.some((mine) => isSame(ip, mine));
}

function isSame(ip: ipaddr.IPv4 | ipaddr.IPv6, address: string): boolean {
  return ipaddr.process(address).toNormalizedString() === ip.toNormalizedString();
}
