/** How often the relay is pinged, in milliseconds; more often until it has made up its mind. */
const PING_EVERY = 1_000;
const PING_UNDECIDED_EVERY = 250;

/** A timer may ring a little early: half a turn of the wheel is no reason to wait for the next. */
const TOLERANCE = 125;

/** How many pings have to go unanswered before a relay is silent: after a sleep of this machine none has been yet. */
const FEWEST_UNANSWERED = 3;

/**
 * When a relay was pinged and when it answered. Answers do not say which ping they are for: where one was lost on the
 * way, the next round trip cannot be known.
 */
export class RelayPings {
  readonly #answerTime: number;
  #sentAt = Number.NEGATIVE_INFINITY;
  #interval = Number.POSITIVE_INFINITY;
  #unanswered = 0;
  /** When the oldest ping without an answer was sent. */
  #waitingSince = 0;
  sent = 0;
  answered = 0;
  roundTrip: number | null = null;

  /** @param answerTime - time without an answer after which the relay is silent, in milliseconds. */
  constructor(answerTime: number) {
    this.#answerTime = answerTime;
  }

  isDue(now: number, isUndecided: boolean): boolean {
    const every = isUndecided ? PING_UNDECIDED_EVERY : PING_EVERY;
    return now - this.#sentAt > every - TOLERANCE;
  }

  send(now: number): void {
    this.#interval = now - this.#sentAt;
    this.#sentAt = now;
    if (this.#unanswered === 0) this.#waitingSince = now;
    this.#unanswered += 1;
    this.sent += 1;
  }

  answer(now: number): void {
    // Pings in quick succession may each take the other's answer.
    const isCertain = this.#unanswered === 1 && this.#interval > PING_EVERY - TOLERANCE;
    if (isCertain) this.roundTrip = now - this.#sentAt;
    this.#unanswered = 0;
    this.answered += 1;
  }

  isSilent(now: number): boolean {
    return this.#unanswered >= FEWEST_UNANSWERED && now - this.#waitingSince >= this.#answerTime;
  }
}
