import ipaddr from 'ipaddr.js';
import { isIpAddress } from '../../common/hosts.js';

/** An IP address, read. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** The addresses that share their first bits with one. */
export type IpRange = readonly [IpAddress, number];

/** How many bits of an IPv4-mapped IPv6 address come before the IPv4 address. */
const MAPPED_BITS = 96;

/**
 * Reads an IP address in full notation. An IPv4-mapped IPv6 address is read as IPv4. `undefined` for all else: short
 * forms, octal and hexadecimal parts, zones, ports, spaces. Programs do not agree on what those mean.
 */
export function readIp(text: string): IpAddress | undefined {
  return isIpAddress(text) ? ipaddr.process(text) : undefined;
}

/**
 * Reads an IP address or a range like `10.0.0.0/8`, which must begin at its first address. A range of IPv4-mapped
 * addresses is read as the IPv4 range that it means.
 */
export function readIpRange(text: string): IpRange | undefined {
  const [, start = '', length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (!isIpAddress(start)) return undefined;
  const written = ipaddr.parse(start);
  const most = written.kind() === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (bits > most || hasBitsAfter(written, bits)) return undefined;
  const address = ipaddr.process(start);
  return [address, address.kind() === written.kind() ? bits : bits - MAPPED_BITS];
}

function hasBitsAfter(address: IpAddress, bits: number): boolean {
  return address.toByteArray().some((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return (byte & (0xff >> kept)) !== 0;
  });
}
