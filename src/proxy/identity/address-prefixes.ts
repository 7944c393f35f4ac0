import ipaddr from 'ipaddr.js';

/** A network that an address is in. */
export interface Network {
  /** The same for all addresses in it. */
  readonly name: string;
  /** How many times as much as a single address all of it may take. */
  readonly share: number;
}

/**
 * What one customer of a provider gets is an IPv6 network of 64, 56 or 48 bits, and nobody outside can tell which:
 * so each of them counts, with more room the more households may be in it.
 */
const IPV6_NETWORKS = [
  { bits: 64, share: 1 },
  { bits: 56, share: 4 },
  { bits: 48, share: 16 },
] as const;

/** What is counted of an address, the narrowest first: an IPv4 address itself, of an IPv6 address its networks. */
export function networksOf(client: string): readonly [Network, ...Network[]] {
  const single = { name: client, share: 1 };
  // Nothing is taken apart that cannot be an IPv6 address: every request comes by here.
  if (!client.includes(':') || !ipaddr.IPv6.isValid(client)) return [single];
  const bytes = ipaddr.IPv6.parse(client).toByteArray();
  const [nearest = single, ...wider] = IPV6_NETWORKS.map(({ bits, share }) => ({
    name: `${bytes.slice(0, bits / 8).join('.')}/${bits}`,
    share,
  }));
  return [nearest, ...wider];
}

/** Whose turn it is, where turns are shared out: all of the widest network that an address is in have one together. */
export function widestOf(client: string): string {
  const networks = networksOf(client);
  return (networks.at(-1) ?? networks[0]).name;
}
