import type { IncomingHttpHeaders } from 'node:http';
import { CLOSE_CODES, type CloseCode } from '../channel-protocol/close-codes.js';
import {
  type FollowedSeat,
  refusalOf,
  type SeatDocument,
  type SeatSource,
} from '../channel-protocol/seat-source.js';
import { SUBPROTOCOL, ticketOf } from '../channel-protocol/subprotocol.js';
import type { Clock } from '../common/clock.js';
import type { PageWire } from './page-wire.js';
import { SeatEars } from './seat-ears.js';
import { CODE_OF_END } from './seat-end.js';

/** What a wire's first moments go by. */
export interface HandshakeTools {
  readonly seats: SeatSource;
  readonly clock: Clock;
  /** What the wire's address has too much of, if anything. */
  readonly excess: string | undefined;
  /** Lets a seat in, by its key, or throws a {@link SeatRefusal}. */
  admit(key: string): void;
  /** Whether the gateway is about to stop. */
  isClosing(): boolean;
}

/** A seat that a wire is for. */
export interface Seated {
  readonly seat: FollowedSeat;
  readonly ears: SeatEars;
  readonly document: SeatDocument;
}

/** How long a wire may be without a seat, in milliseconds. */
const TIME = 5_000;

/** How a wire finds its seat, or is refused: accepted first, for of a refused upgrade a page learns nothing. */
export class Handshake {
  readonly #tools: HandshakeTools;

  constructor(tools: HandshakeTools) {
    this.#tools = tools;
  }

  /**
   * Looks at where the wire comes from and at its ticket. Does not reject.
   *
   * @param protocol - the subprotocol that was agreed upon.
   * @returns the seat; or why there is none, with the wire closed.
   */
  async run(
    wire: PageWire,
    protocol: string,
    headers: IncomingHttpHeaders,
  ): Promise<Seated | string> {
    const { seats, excess } = this.#tools;
    const refuse = (code: CloseCode, reason: string) => {
      wire.close(code, reason);
      return reason;
    };
    try {
      const ticket = ticketOf(offeredIn(headers));
      if (excess) return refuse(CLOSE_CODES.tooMany, excess);
      if (!seats.allowsOrigin(headers.origin)) return refuse(CLOSE_CODES.revoked, 'origin');
      if (protocol !== SUBPROTOCOL) return refuse(CLOSE_CODES.badMessage, 'protocol');
      if (!ticket) return refuse(CLOSE_CODES.ticket, 'ticket');
      const ears = new SeatEars();
      const seat = await this.#follow(ticket, ears);
      if (!seat) return refuse(CLOSE_CODES.silent, 'handshake');
      return this.#take(seat, ears) ?? refuse(...this.#reasonOf(ears));
    } catch (error) {
      const { code, reason } = refusalOf(error) ?? { code: CLOSE_CODES.failed, reason: 'failed' };
      return refuse(code, reason);
    }
  }

  /** The seat, where there is still one to be had. */
  #take(seat: FollowedSeat, ears: SeatEars): Seated | undefined {
    const { document, end } = ears;
    if (document && !end && !this.#tools.isClosing()) return { seat, ears, document };
    seat.release();
    return undefined;
  }

  #reasonOf({ end }: SeatEars): readonly [CloseCode, string] {
    if (this.#tools.isClosing()) return [CLOSE_CODES.closing, 'closing'];
    return end ? [CODE_OF_END[end], end] : [CLOSE_CODES.failed, 'no-document'];
  }

  /** Follows the seat; `undefined` where that takes too long. */
  #follow(ticket: string, ears: SeatEars): Promise<FollowedSeat | undefined> {
    const { admit, clock, seats } = this.#tools;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = clock.setTimeout(() => {
        isLate = true;
        resolve(undefined);
      }, TIME);
      seats.follow(ticket, ears, admit).then(
        (seat) => {
          clock.clearTimeout(timer);
          if (isLate) seat.release();
          else resolve(seat);
        },
        (error: unknown) => {
          clock.clearTimeout(timer);
          reject(error);
        },
      );
    });
  }
}

/** The subprotocols that a page offers. */
export function offeredIn(headers: IncomingHttpHeaders): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
