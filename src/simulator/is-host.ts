import { isIP } from 'node:net';

/** A name that ends so is read as an IPv4 address, and not by all programs as the same one. */
const ENDS_IN_NUMBER = /(^|\.)(\d+|0x[\da-f]*)\.?$/i;

/** Whether it is a host name or an IP address in full notation, without a port. */
export function isHost(text: string): boolean {
  return isIP(text) > 0 || (/^[\w.-]+$/.test(text) && !ENDS_IN_NUMBER.test(text));
}
