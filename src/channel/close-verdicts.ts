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
      return over(new RelayError('bad-request', 'The gateway did not understand this page.'));
    case CLOSE_CODES.revoked:
      if (reason !== 'origin') return { isOver: true, end: { reason: 'revoked' } };
      return over(new RelayError('forbidden', 'The gateway does not take pages of this origin.'));
    case CLOSE_CODES.ended:
      return { isOver: true, end: { reason: 'deleted' } };
    case CLOSE_CODES.replaced:
      return { isOver: true, end: { reason: 'replaced' } };
    case CLOSE_CODES.ticket:
      return { isOver: false, refused: 'ticket', delay: 0 };
    case CLOSE_CODES.tooMany:
      return { isOver: false, refused: 'too-many', delay: TOO_MUCH };
    default:
      return { isOver: false, refused: undefined, delay: 0 };
  }
}

function over(error: RelayError): CloseVerdict {
  return { isOver: true, end: { reason: 'failed', error } };
}
