import { ProxyError } from '../proxy-error.js';
import type { Seat } from '../store/index.js';

/**
 * Kicking others and ending the session are the host's right, and nobody else's.
 *
 * @throws {ProxyError} 403 for anyone else.
 */
export function checkIsHost({ role }: Seat): void {
  if (role !== 'server') throw new ProxyError(403, 'forbidden', 'Only the host may do this.');
}
