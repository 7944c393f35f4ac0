import { isIP } from 'node:net';

/** Whether it is a host name or an IP address, without a port. */
export function isHost(text: string): boolean {
  return isIP(text) > 0 || /^[\w.-]+$/.test(text);
}
