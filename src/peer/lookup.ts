import { lookup } from 'node:dns/promises';
import { RelayError } from '../common/relay-error.js';
import type { ResolvedHost } from './peer-options.js';

/**
 * Finds the IP address of a host by the system's resolver.
 *
 * @throws {RelayError} `network` where it has none.
 * @example const { address, family } = await resolveHost('relay.example');
 */
export async function resolveHost(host: string): Promise<ResolvedHost> {
  const { address, family } = await lookup(host).catch(() => {
    throw new RelayError('network', "The relay's host has no address.");
  });
  return { address, family: family === 6 ? 6 : 4 };
}
