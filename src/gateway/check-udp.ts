import { isIpAddress, isPort } from '../common/hosts.js';
import { RelayError } from '../common/relay-error.js';
import type { GatewayUdp } from './gateway-options.js';

/**
 * Checks where data channels are to be had.
 *
 * @throws {RelayError} `invalid-option`; the message names it.
 */
export function checkUdp({ port, publicPort = 1, address = [] }: GatewayUdp): void {
  if (port !== 0 && !isPort(port)) {
    throw new RelayError('invalid-option', '"udp.port" must be a port from 0 to 65535.');
  }
  if (!isPort(publicPort)) {
    throw new RelayError('invalid-option', '"udp.publicPort" must be a port from 1 to 65535.');
  }
  if (![address].flat().every(isIpAddress)) {
    throw new RelayError('invalid-option', '"udp.address" must be an IP address, or several.');
  }
}
