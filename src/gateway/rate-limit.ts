/** For how long somebody may be over their rate, in milliseconds. */
const PATIENCE = 10_000;
/** Whoever was not over it for this long has come back below it, in milliseconds. */
const FORGIVEN = 1_000;
/** How full the bucket must be before the wire is read again. */
const RESUMED_AT = 0.25;

/** How much somebody may send. */
export interface Rate {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** What somebody may send: a bucket of one second's worth, of messages and of bytes. */
export class RateLimit {
  #messagesPerSecond: number;
  #bytesPerSecond: number;
  #messages: number;
  #bytes: number;
  #filledAt: number;
  #overSince: number | undefined;
  #overAt = 0;

  constructor(rate: Rate, now: number) {
    this.#filledAt = now;
    this.#messages = this.#messagesPerSecond = rate.messagesPerSecond;
    this.#bytes = this.#bytesPerSecond = rate.bytesPerSecond;
  }

  /** From now on it is so much. What is in the bucket stays, so that nobody fills it by changing their session. */
  set({ messagesPerSecond, bytesPerSecond }: Rate): void {
    this.#messagesPerSecond = messagesPerSecond;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Takes one message out of the bucket. Returns whether there was room for it. */
  take(bytes: number, now: number): boolean {
    this.#fill(now);
    if (this.#messages < 1 || this.#bytes < bytes) {
      if (this.#overSince === undefined || now - this.#overAt > FORGIVEN) this.#overSince = now;
      this.#overAt = now;
      return false;
    }
    this.#messages -= 1;
    this.#bytes -= bytes;
    return true;
  }

  /** Whether there is room for some more than one message. */
  hasRoom(now: number): boolean {
    this.#fill(now);
    return (
      this.#messages >= this.#messagesPerSecond * RESUMED_AT &&
      this.#bytes >= this.#bytesPerSecond * RESUMED_AT
    );
  }

  /** Whether it was too much for too long. */
  isExhausted(now: number): boolean {
    return (
      this.#overSince !== undefined &&
      now - this.#overAt <= FORGIVEN &&
      now - this.#overSince >= PATIENCE
    );
  }

  /** Whether nothing is left of what was sent. */
  isClear(now: number): boolean {
    this.#fill(now);
    const isFull = this.#messages >= this.#messagesPerSecond && this.#bytes >= this.#bytesPerSecond;
    return isFull && (this.#overSince === undefined || now - this.#overAt > FORGIVEN);
  }

  #fill(now: number): void {
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#messages = Math.min(
      this.#messagesPerSecond,
      this.#messages + seconds * this.#messagesPerSecond,
    );
    this.#bytes = Math.min(this.#bytesPerSecond, this.#bytes + seconds * this.#bytesPerSecond);
  }
}
