import { parseUrl } from './parse-url.js';

/** A part of a DNS name between two dots. */
const LABEL = /^\w(?:[\w-]{0,61}\w)?$/;
/** The most characters that a DNS name has. */
const LONGEST_NAME = 253;

/**
 * Whether a text is an IPv4 or IPv6 address in full notation: without short forms, octal or hexadecimal parts, zones,
 * brackets or ports. Programs do not agree on what those mean.
 */
export function isIpAddress(text: string): boolean {
  if (text.includes(':')) return /^[\da-f:.]+$/i.test(text) && !!parseUrl(`http://[${text}]`);
  return /^\d+(?:\.\d+){3}$/.test(text) && isReadAsItIs(text);
}

/** Whether a text is a DNS name or an IP address, and nothing else: no scheme, no port, no spaces. */
export function isHost(text: string): boolean {
  if (text.includes(':')) return isIpAddress(text);
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text.length <= LONGEST_NAME && labels.every((label) => LABEL.test(label)) && isReadAsItIs(text)
  );
}

/** Whether a number is a port that a socket can have. */
export const isPort = (port: number): boolean =>
  Number.isInteger(port) && port > 0 && port < 65_536;

/**
 * Whether the platform leaves a host as it is. One that ends in a number it reads as an IPv4 address in some notation,
 * or not at all.
 */
const isReadAsItIs = (host: string) => parseUrl(`http://${host}`)?.hostname === host.toLowerCase();
