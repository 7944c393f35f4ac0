import type { Clock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import type { CloseVerdict } from './close-verdicts.js';

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
   * @param ticket - The one that the gateway was given.
   * @returns why it is over, where this was once too often.
   */
  add({ refused }: CloseVerdict & { readonly isOver: false }, ticket: string | undefined) {
    if (refused === 'ticket') {
      if (this.#ticket) return failure('unauthorized', 401, 'The gateway refused the ticket.');
      this.#ticket = ticket;
    }
    if (refused === 'too-many') {
      const now = this.#clock.monotonic();
      const isSecond = now - this.#hadTooMuchAt < TWICE_WITHIN;
      this.#hadTooMuchAt = now;
      if (isSecond) {
        return failure('rate-limited', 429, 'Too many datagrams, or too many channels.');
      }
    }
    return undefined;
  }
}

function failure(code: 'unauthorized' | 'rate-limited', status: number, message: string) {
  return { reason: 'failed', error: new RelayError(code, message, { status }) } as const;
}
