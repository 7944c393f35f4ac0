import type { SessionFilter } from '../../api/requests.js';
import { ProxyError } from '../proxy-error.js';
import type { Seat, SessionRecords } from '../store/index.js';

/** Where a player comes from: the address that is authorised at the relay, and whether they come by the gateway. */
export type Arrival = Pick<Seat, 'ip' | 'via'>;

/** What a player orders with one *create*. */
export interface CreateOrder {
  /** Where the host comes from. */
  readonly arrival: Arrival;
  readonly filters: SessionFilter[] | undefined;
  /** The order's nonces: a session with one of them is this order's. A new session gets the first. */
  readonly nonces: readonly [string, ...string[]];
  /** Whether the same order may be given again, or was given before: it has a key. */
  readonly mayBeRepeated: boolean;
}

/** @throws {ProxyError} 409 where the session that an order made has ended. */
export async function checkOrderIsOpen(records: SessionRecords, sessionId: string): Promise<void> {
  if (!(await records.hasEnded(sessionId))) return;
  throw new ProxyError(
    409,
    'conflict',
    'The session of this Idempotency-Key has ended: use a new key.',
  );
}
