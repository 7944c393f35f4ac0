import { RelayError } from '../../common/relay-error.js';
import { ProxyError } from '../proxy-error.js';
import { BoundedMap } from './bounded-map.js';
import { readForwarded } from './forwarded-header.js';
import { type IpAddress, type IpRange, readIp, readIpRange } from './ip-address.js';

/** How to learn a player's IP address. */
export interface AddressOptions {
  /**
   * IP addresses and CIDR ranges of the reverse proxies and load balancers in front of this proxy, `10.0.0.0/8`
   * for instance, in full notation. Only connections from them may report another address.
   *
   * @default none
   */
  readonly trustedProxies?: readonly string[] | undefined;
  /**
   * The header in which they report it: `x-forwarded-for` (read from the right), `forwarded`, or the name of
   * a platform's own header that holds one address.
   *
   * @default `x-forwarded-for`
   */
  readonly ipHeader?: string | undefined;
  /**
   * The public IP address to use for players who come from a private or loopback one.
   *
   * @default they are refused
   */
  readonly developmentIp?: string | undefined;
  /** The gateway that players may come by. Its `address` is the one that is then authorised at the relay. */
  readonly gateway?: { readonly address?: string | undefined } | undefined;
}

/** An address as text, and whether it is that of a trusted proxy. */
interface Known {
  readonly text: string;
  readonly isTrusted: boolean;
}

/** Addresses that are remembered: most requests come from one that was read before. */
const REMEMBERED = 10_000;
/** The longest text that may be an address with a port. */
const LONGEST = 64;

/** Reads players' IP addresses off their connections. What a player claims is never believed. */
export class Addresses {
  readonly #known = new BoundedMap<string, Known>(REMEMBERED);
  readonly #trusted: readonly IpRange[];
  readonly #header: string;
  readonly #developmentIp: string | undefined;
  readonly #gateway: AddressOptions['gateway'];

  /** @throws {RelayError} `invalid-option`. */
  constructor(options: AddressOptions) {
    this.#trusted = (options.trustedProxies ?? []).map(parseRange);
    this.#header = (options.ipHeader ?? 'x-forwarded-for').toLowerCase();
    if (!/^[\w-]+$/.test(this.#header)) {
      throw new RelayError('invalid-option', '"ipHeader" must be the name of a header.');
    }
    const { developmentIp, gateway } = options;
    this.#gateway = gateway;
    this.#developmentIp = developmentIp === undefined ? undefined : parseIp(developmentIp);
  }

  /**
   * The address that the request came from: that of the connection, or the one that a trusted proxy reports.
   *
   * @throws {ProxyError} 400 where a trusted proxy reports nonsense, or passes on a header with a broken part.
   */
  clientOf(headers: Headers, remoteAddress: string): string {
    // The zone of a link-local address says on which of this machine's interfaces it is.
    const remote = this.#read(remoteAddress.split('%', 1)[0] ?? '');
    if (!remote) return remoteAddress;
    const value = remote.isTrusted ? headers.get(this.#header) : null;
    return value === null ? remote.text : this.#nearest(remote, value).text;
  }

  /** What a request says of its way here: the other end, whether that is trusted, and the header as it came. */
  sightOf(
    headers: Headers,
    remoteAddress: string,
  ): { remote: string; isTrusted: boolean; header: string | null } {
    const remote = this.#read(remoteAddress.split('%', 1)[0] ?? '');
    return {
      remote: remote?.text ?? remoteAddress,
      isTrusted: remote?.isTrusted ?? false,
      header: headers.get(this.#header),
    };
  }

  /**
   * Where a player comes from, as the relay is to know them.
   *
   * @param via - how their datagrams come, where they come by the gateway.
   * @throws {ProxyError} 400 for a gateway that is not there, and as {@link Addresses.publicOf}.
   */
  arrivalOf(client: string, via: 'gateway' | undefined): { ip: string; via?: 'gateway' } {
    if (via === undefined) return { ip: this.publicOf(client) };
    if (!this.#gateway) {
      throw new ProxyError(
        400,
        'bad-request',
        'This proxy has no gateway: its option "gateway" (RELAIS_GATEWAY=on) turns it on.',
      );
    }
    return { ip: this.#gateway.address ?? this.publicOf(client), via };
  }

  /**
   * The public address to tell the relay service.
   *
   * @throws {ProxyError} 400 for an address that is not public, unless there is one for development.
   */
  publicOf(client: string): string {
    if (readIp(client)?.range() === 'unicast') return client;
    if (this.#developmentIp) return this.#developmentIp;
    throw new ProxyError(
      400,
      'bad-request',
      'Your connection comes from an address that is not public. ' +
        'The proxy\'s "trustedProxies" (RELAIS_TRUSTED_PROXIES) must name what stands in front of it; ' +
        'for work on one machine set "developmentIp" (RELAIS_DEVELOPMENT_IP).',
    );
  }

  /**
   * The first address from the right that is not a trusted proxy's. What stands left of it is read only to see whether
   * the header is whole.
   */
  #nearest(remote: Known, value: string): Known {
    let nearest = remote;
    for (const node of this.#reported(value).reverse()) {
      if (!nearest.isTrusted) {
        if (!isNode(node)) throw this.#broken();
        continue;
      }
      const known = this.#read(node);
      if (!known) throw this.#broken();
      nearest = known;
    }
    return nearest;
  }

  #read(text: string): Known | undefined {
    if (text.length > LONGEST) return undefined;
    const known = this.#known.get(text);
    if (known) return known;
    const address = parseNode(text);
    if (!address) return undefined;
    const isTrusted = this.#trusted.some(
      ([range, bits]) => range.kind() === address.kind() && address.match(range, bits),
    );
    const read = { text: address.toString(), isTrusted };
    this.#known.set(text, read);
    return read;
  }

  /** What the header names, from the first hop to the last. */
  #reported(value: string): string[] {
    switch (this.#header) {
      case 'x-forwarded-for':
        return value.split(',').map((hop) => hop.trim());
      case 'forwarded': {
        const nodes = readForwarded(value);
        if (!nodes) throw this.#broken();
        return nodes;
      }
      default:
        return [value];
    }
  }

  #broken(): ProxyError {
    return new ProxyError(400, 'bad-request', `The "${this.#header}" header is not valid.`);
  }
}

/** Whether two addresses are one, however they are spelt. */
export function isSameAddress(one: string, other: string): boolean {
  const address = readIp(one)?.toString();
  return address !== undefined && address === readIp(other)?.toString();
}

/** A hop that a proxy names without an address, as RFC 7239 allows, or does not name. */
const NAMELESS = /^$|^(?:unknown|_[\w.-]+)(?::(?:\d{1,5}|_[\w.-]+))?$/i;

/** Whether it may stand in a header that reports addresses. */
function isNode(text: string): boolean {
  return NAMELESS.test(text) || parseNode(text) !== undefined;
}

/** An address with or without a port and brackets. */
function parseNode(text: string): IpAddress | undefined {
  const [, bracketed, plain, port = '0'] =
    /^(?:\[([^[\]]+)\]|([\d.]+))(?::(\d{1,5}|_[\w.-]+))?$/.exec(text) ?? [];
  // Only IPv6 has brackets.
  if (bracketed && !bracketed.includes(':')) return undefined;
  return Number(port) > 65_535 ? undefined : readIp(bracketed ?? plain ?? text);
}

function parseIp(text: string): string {
  const address = readIp(text);
  if (address) return address.toString();
  throw new RelayError(
    'invalid-option',
    `"developmentIp" (RELAIS_DEVELOPMENT_IP) must be an IP address like 203.0.113.7 or 2001:db8::7, not "${text}".`,
  );
}

function parseRange(text: string): IpRange {
  const range = readIpRange(text);
  if (range) return range;
  throw new RelayError(
    'invalid-option',
    '"trustedProxies" (RELAIS_TRUSTED_PROXIES) must hold IP addresses, or ranges from their first address on, ' +
      `written in full like 10.0.0.0/8 or 2001:db8::/32, not "${text}".`,
  );
}
