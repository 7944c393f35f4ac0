import ipaddr from 'ipaddr.js';

/** A network that an address is in. */
export interface Network {
  /** The same for all addresses in it. */
  readonly name: string;
  /** How many times the limit of a single address the network has. */
  readonly share: number;
}

/**
 * The IPv6 networks that are counted. A provider gives each customer a network of 64, 56 or 48 bits, and nobody outside
 * can tell which. So each of them is counted, and a larger one, with more households in it, has a higher limit.
 */
const IPV6_NETWORKS = [
  { bits: 64, share: 1 },
  { bits: 56, share: 4 },
  { bits: 48, share: 16 },
] as const;

/** The networks for which an address is counted, the narrowest first. An IPv4 address is counted for itself. */
export function networksOf(client: string): readonly [Network, ...Network[]] {
  const single = { name: client, share: 1 };
  // Parsing takes time, and every request comes by here: so only what may be an IPv6 address is parsed.
  if (!client.includes(':') || !ipaddr.IPv6.isValid(client)) return [single];
  const bytes = ipaddr.IPv6.parse(client).toByteArray();
  const [nearest = single, ...wider] = IPV6_NETWORKS.map(({ bits, share }) => ({
    name: `${bytes.slice(0, bits / 8).join('.')}/${bits}`,
    share,
  }));
  return [nearest, ...wider];
}

/** The asker that an address counts as when turns are shared out: the widest network that it is in. */
export function widestOf(client: string): string {
  const networks = networksOf(client);
  return (networks.at(-1) ?? networks[0]).name;
}
