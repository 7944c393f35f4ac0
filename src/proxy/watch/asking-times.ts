import type { Clock } from '../../common/clock.js';
import { growingDelay } from '../../common/growing-delay.js';
import { isRelayError } from '../../common/relay-error.js';

/** The longest delay before the session is open, in milliseconds: it grows until something changes. */
const LONGEST_WHILE_PENDING = 2_000;
/** The delay once the session is open, where no sweep vouches for it, in milliseconds. */
const ONCE_OPEN = 10_000;

/** Where a session stands, as far as it matters for when to ask for it. */
export interface Standing {
  /** Whether no change is expected soon. */
  readonly isSettled: boolean;
  /** Whether somebody will say when it changes, or no change is expected: then it is asked for less and less often. */
  readonly canWait: boolean;
  /** Why it could not be asked for last time. */
  readonly failure: unknown;
}

/** When one session is to be asked for again. */
export class AskingTimes {
  readonly #clock: Clock;
  /** How often there was no news in a row, by *get* or *list*. */
  #withoutNews = 0;
  /** When a *get* or a list last told anything, on the monotonic clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** How long after that it is to be asked for, in milliseconds. */
  #delay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When it is to be asked for, on the monotonic clock. */
  get next(): number {
    return this.#lookedAt + this.#delay;
  }

  /** Notes that somebody has looked, just now. */
  noteLook(): void {
    this.#lookedAt = this.#clock.monotonic();
  }

  noteNews(): void {
    this.#withoutNews = 0;
  }

  noteNoNews(): void {
    this.#withoutNews += 1;
  }

  /** Goes by where the session stands now. */
  plan(standing: Standing): void {
    this.#delay = this.#delayOf(standing);
  }

  /** How long after a look the next one comes, in milliseconds. 0 is as often as can be. */
  #delayOf({ canWait, failure, isSettled }: Standing): number {
    const clock = this.#clock;
    const retryAfter = (isRelayError(failure) && failure.retryAfter) || 0;
    if (isSettled) return Math.max(ONCE_OPEN * (0.9 + clock.random() * 0.2), retryAfter);
    if (!canWait && !failure) return 0;
    return Math.max(growingDelay(this.#withoutNews, LONGEST_WHILE_PENDING, clock), retryAfter);
  }
}
