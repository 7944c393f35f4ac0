import { ProxyError, seatRevoked } from '../proxy-error.js';
import type { Seat, SessionRecords } from '../store/index.js';

/**
 * Kicking others and ending the session are the host's right, and nobody else's.
 *
 * @throws {ProxyError} 403 for anyone else.
 */
export function checkIsHost({ role }: Seat): void {
  if (role !== 'server') throw new ProxyError(403, 'forbidden', 'Only the host may do this.');
}

/**
 * Whoever was kicked stays out for as long as the session lasts. Who left, or lost their seat, may join again.
 *
 * @throws {ProxyError} 403 for a player who was kicked.
 */
export async function checkWasNotKicked(
  records: SessionRecords,
  sessionId: string,
  playerId: string,
): Promise<void> {
  if (await records.wasKicked(sessionId, playerId)) throw seatRevoked();
}
