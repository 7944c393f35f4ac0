import { CLOSE_CODES, type CloseCode } from '../channel-protocol/close-codes.js';
import type { SeatEnd } from '../channel-protocol/seat-source.js';

/** What a wire is closed with, by what became of its seat. */
export const CODE_OF_END: Readonly<Record<SeatEnd, CloseCode>> = {
  revoked: CLOSE_CODES.revoked,
  ended: CLOSE_CODES.ended,
  replaced: CLOSE_CODES.replaced,
  closing: CLOSE_CODES.closing,
};
