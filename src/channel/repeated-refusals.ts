import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import { failed } from './close-verdicts.js';
import type { WireEnd } from './wire.js';

/** The gateway has had too much twice within this time: there is no point in a third time. In milliseconds. */
const TWICE_WITHIN = 60_000;

/**
 * What a gateway has refused so far. A ticket that has expired, or a burst, passes once; the second time it is over.
 */
export class RepeatedRefusals {
  readonly #clock: Clock;
  #ticket: string | undefined;
  #hadTooMuchAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The ticket that was refused last: the connection's next document brings another. */
  get ticket(): string | undefined {
    return this.#ticket;
  }

  /** The gateway took a ticket. */
  onWelcome(): void {
    this.#ticket = undefined;
  }

  /**
   * @param code - What the gateway closed the wire with.
   * @param ticket - The one that it was given.
   * @returns why it is over, where this was once too often.
   */
  add(code: number, ticket: string | undefined): WireEnd | undefined {
    if (code === CLOSE_CODES.ticket) {
      const message = 'The gateway refused the ticket.';
      if (this.#ticket) return failed(new RelayError('unauthorized', message, { status: 401 }));
      this.#ticket = ticket;
    }
    if (code === CLOSE_CODES.tooMany) {
      const message = 'Too many datagrams, or too many channels.';
      const before = this.#hadTooMuchAt;
      this.#hadTooMuchAt = this.#clock.monotonic();
      if (this.#hadTooMuchAt - before < TWICE_WITHIN) {
        return failed(new RelayError('rate-limited', message, { status: 429 }));
      }
    }
    return undefined;
  }
}
