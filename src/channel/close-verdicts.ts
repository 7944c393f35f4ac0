import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import { RelayError } from '../common/relay-error.js';
import type { WireEnd } from './wire.js';

/** What a closed socket means for its wire. */
export type CloseVerdict =
  | { readonly isOver: true; readonly end: WireEnd }
  | {
      readonly isOver: false;
      /** What the gateway refused, if anything. */
      readonly refused: 'ticket' | 'too-many' | undefined;
      /** Time before the next try, in milliseconds, at least. */
      readonly delay: number;
    };

/** How long a gateway that has had too much is left alone, in milliseconds. */
const TOO_MUCH = 5_000;

/** @param reason - The gateway's word for it: `origin` where it does not let this page in. */
export function judgeClose(code: number, reason: string): CloseVerdict {
  switch (code) {
    case CLOSE_CODES.badMessage:
      return over(
        new RelayError('bad-request', 'The gateway did not understand this page.', { status: 400 }),
      );
    case CLOSE_CODES.revoked:
      if (reason !== 'origin') return { isOver: true, end: { reason: 'revoked' } };
      return over(
        new RelayError('forbidden', 'The gateway does not take pages of this origin.', {
          status: 403,
        }),
      );
    case CLOSE_CODES.failed:
      if (reason !== 'destination') return comesBack(0);
      return over(
        new RelayError(
          'forbidden',
          'The gateway does not send to this relay: its address is not public.',
          {
            status: 403,
          },
        ),
      );
    case CLOSE_CODES.ended:
      return { isOver: true, end: { reason: 'deleted' } };
    case CLOSE_CODES.replaced:
      return { isOver: true, end: { reason: 'replaced' } };
    case CLOSE_CODES.ticket:
      return comesBack(0, 'ticket');
    case CLOSE_CODES.tooMany:
      return comesBack(TOO_MUCH, 'too-many');
    default:
      return comesBack(0);
  }
}

function comesBack(delay: number, refused?: 'ticket' | 'too-many'): CloseVerdict {
  return { isOver: false, refused, delay };
}

function over(error: RelayError): CloseVerdict {
  return { isOver: true, end: { reason: 'failed', error } };
}
