import { parseUrl } from './parse-url.js';

/** A part of a DNS name between two dots. */
const LABEL = /^\w(?:[\w-]{0,61}\w)?$/;
/** The most characters that a DNS name has. */
const LONGEST_NAME = 253;

/**
 * Whether it is an IPv4 or IPv6 address in full notation: no short forms, octal or hexadecimal parts, zones, brackets
 * or ports, which other programs read in other ways.
 */
export function isIpAddress(text: string): boolean {
  if (text.includes(':')) return /^[\da-f:.]+$/i.test(text) && !!parseUrl(`http://[${text}]`);
  return /^\d+(?:\.\d+){3}$/.test(text) && isReadAsItIs(text);
}

/** Whether it is a DNS name or an IP address, and nothing else: no scheme, no port, no spaces. */
export function isHost(text: string): boolean {
  if (text.includes(':')) return isIpAddress(text);
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text.length <= LONGEST_NAME && labels.every((label) => LABEL.test(label)) && isReadAsItIs(text)
  );
}

/** Whether a socket can have it. */
export const isPort = (port: number): boolean =>
  Number.isInteger(port) && port > 0 && port < 65_536;

/** The platform reads a host that ends in a number as an IPv4 address, in whichever notation, or not at all. */
const isReadAsItIs = (host: string) => parseUrl(`http://${host}`)?.hostname === host.toLowerCase();
