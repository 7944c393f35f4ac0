import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import { RelayError } from '../common/relay-error.js';
import type { WireEnd } from './wire.js';

/** What ends a channel as its `close` event tells it, by the code that the gateway closed the wire with. */
const ENDS: Readonly<Record<number, 'revoked' | 'deleted' | 'replaced'>> = {
  [CLOSE_CODES.revoked]: 'revoked',
  [CLOSE_CODES.ended]: 'deleted',
  [CLOSE_CODES.replaced]: 'replaced',
};

/**
 * What a closed wire means for its channel.
 *
 * @param reason - The gateway's word for it: `origin` where it does not let this page in.
 * @returns why it is over; `undefined` where it may come back.
 */
export function endOf(code: number, reason: string): WireEnd | undefined {
  if (code === CLOSE_CODES.badMessage) {
    const message = 'The gateway did not understand this page.';
    return failed(new RelayError('bad-request', message, { status: 400 }));
  }
  if (code === CLOSE_CODES.revoked && reason === 'origin') {
    return forbidden('The gateway does not take pages of this origin.');
  }
  if (code === CLOSE_CODES.failed && reason === 'destination') {
    return forbidden('The gateway does not send to this relay: its address is not public.');
  }
  const end = ENDS[code];
  return end && { reason: end };
}

/** A wire that cannot go on. */
export function failed(error: RelayError): WireEnd {
  return { reason: 'failed', error };
}

function forbidden(message: string): WireEnd {
  return failed(new RelayError('forbidden', message, { status: 403 }));
}
