import ipaddr from 'ipaddr.js';
import { RelayError } from '../api/relay-error.js';
import { ProxyError } from './proxy-error.js';
import { remember } from './remember.js';

/** How to learn a player's IP address. */
export interface AddressOptions {
  /**
   * IP addresses and CIDR ranges of the reverse proxies and load balancers in front of this proxy, `10.0.0.0/8`
   * for instance. Only connections from them may report another address. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * The header in which they report it: `x-forwarded-for` (read from the right), `forwarded`, or the name of
   * a platform's own header that holds one address. Default: `x-forwarded-for`.
   */
  readonly ipHeader?: string;
  /** The public IP address to use for players who come from a private or loopback one. Default: they are refused. */
  readonly developmentIp?: string;
}

/** An address as it reads, and whether it is a trusted proxy's. */
interface Known {
  readonly text: string;
  readonly isTrusted: boolean;
}

/** Addresses that are remembered: most requests come from one that was read before. */
const REMEMBERED = 10_000;
/** Longer than any address with a port: what is longer is not remembered. */
const LONGEST = 64;

/** Reads players' IP addresses off their connections. What a player claims is never believed. */
export class Addresses {
  readonly #known = new Map<string, Known>();
  readonly #trusted: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
  readonly #header: string;
  readonly #developmentIp: string | undefined;

  /** @throws {RelayError} `invalid-option`. */
  constructor(options: AddressOptions) {
    this.#trusted = (options.trustedProxies ?? []).map(parseRange);
    this.#header = (options.ipHeader ?? 'x-forwarded-for').toLowerCase();
    this.#developmentIp = options.developmentIp;
    if (!/^[\w-]+$/.test(this.#header)) {
      throw new RelayError('invalid-option', '"ipHeader" must be the name of a header.');
    }
    if (this.#developmentIp !== undefined && !ipaddr.isValid(this.#developmentIp)) {
      throw new RelayError('invalid-option', '"developmentIp" must be an IP address.');
    }
  }

  /**
   * The address that the request came from: the connection's, or, where that is a trusted proxy's, the one it
   * reports.
   *
   * @throws {ProxyError} 400 where a trusted proxy reports nonsense.
   */
  clientOf(headers: Headers, remoteAddress: string): string {
    const remote = this.#read(remoteAddress);
    if (!remote) return remoteAddress;
    if (!remote.isTrusted) return remote.text;
    let nearest = remote;
    for (const hop of this.#reported(headers).reverse()) {
      const address = this.#read(hop);
      if (!address) {
        throw new ProxyError(400, 'bad-request', `The "${this.#header}" header is not valid.`);
      }
      nearest = address;
      if (!nearest.isTrusted) break;
    }
    return nearest.text;
  }

  /**
   * The public address to tell the relay service.
   *
   * @throws {ProxyError} 400 for an address that is not public, unless there is one for development.
   */
  publicOf(client: string): string {
    if (parse(client)?.range() === 'unicast') return client;
    if (this.#developmentIp) return this.#developmentIp;
    throw new ProxyError(
      400,
      'bad-request',
      'Your connection comes from an address that is not public. The proxy\'s "trustedProxies" (RELAIS_TRUSTED_PROXIES) must name what stands in front of it; for work on one machine set "developmentIp" (RELAIS_DEVELOPMENT_IP).',
    );
  }

  #read(text: string): Known | undefined {
    const known = this.#known.get(text);
    if (known) return known;
    const address = parse(text);
    if (!address) return undefined;
    const isTrusted = this.#trusted.some(
      ([range, bits]) => range.kind() === address.kind() && address.match(range, bits),
    );
    const read = { text: address.toString(), isTrusted };
    if (text.length <= LONGEST) remember(this.#known, text, read, REMEMBERED);
    return read;
  }

  #reported(headers: Headers): string[] {
    const value = headers.get(this.#header);
    if (!value) return [];
    if (this.#header !== 'forwarded') return value.split(',').map((hop) => hop.trim());
    const hops = splitOutsideQuotes(value, ',');
    return hops.map((hop) => {
      const pairs = splitOutsideQuotes(hop, ';');
      const pair = pairs.find((text) => /^for\s*=/i.test(text)) ?? '';
      return pair.replace(/^for\s*=\s*/i, '').replace(/^"(.*)"$/, '$1');
    });
  }
}

/** The parts of a header between separators; a quoted string (RFC 9110) may hold one, and an open quote ends nothing. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [''];
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === separator && !isQuoted) {
      parts.push('');
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    const isEscape = isQuoted && character === '\\';
    parts[parts.length - 1] += isEscape ? text.slice(index, index + 2) : character;
    if (isEscape) index += 1;
  }
  return parts.map((part) => part.trim());
}

/** Whether two addresses are one, however they are spelt. */
export function isSameAddress(one: string, other: string): boolean {
  const address = parse(one)?.toString();
  return address !== undefined && address === parse(other)?.toString();
}

/** What to count an address as: IPv6 networks of 64 bits belong to one player, or one house. */
export function addressGroup(client: string): string {
  if (!client.includes(':')) return client;
  const address = parse(client);
  return address?.kind() === 'ipv6' ? `${address.toByteArray().slice(0, 8).join('.')}::` : client;
}

/** An address with or without a port and brackets; an IPv4 one in IPv6 clothes reads as IPv4. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const isPlain = bare.includes(':')
    ? ipaddr.IPv6.isValid(bare)
    : ipaddr.IPv4.isValidFourPartDecimal(bare);
  return isPlain ? ipaddr.process(bare) : undefined;
}

function parseRange(text: string): readonly [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    throw new RelayError(
      'invalid-option',
      `"trustedProxies" must hold IP addresses or ranges like 10.0.0.0/8, not "${text}".`,
    );
  }
}
