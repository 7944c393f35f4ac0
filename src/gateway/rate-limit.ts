/** For how long somebody may be over their rate, in milliseconds. */
const PATIENCE = 10_000;
/** Whoever was not over it for this long has come back below it, in milliseconds. */
const FORGIVEN = 1_000;
/** How full the bucket must be before the wire is read again. */
const RESUMED_AT = 0.25;
/** Messages a second beside the datagrams: probes, their answers, pings. */
const CONTROL = 20;

/** What somebody may send: a bucket of one second's worth, of messages and of bytes. */
export class RateLimit {
  #messagesPerSecond = 0;
  #bytesPerSecond = 0;
  #messages = 0;
  #bytes = 0;
  #filledAt: number;
  #overSince: number | undefined;
  #overAt = 0;

  constructor(datagramsPerSecond: number, bytesPerSecond: number, now: number) {
    this.#filledAt = now;
    this.set(datagramsPerSecond, bytesPerSecond);
  }

  /** From now on it is so much. Where it is more than before, the bucket holds that much more already. */
  set(datagramsPerSecond: number, bytesPerSecond: number): void {
    const messagesPerSecond = datagramsPerSecond + CONTROL;
    this.#messages += Math.max(0, messagesPerSecond - this.#messagesPerSecond);
    this.#bytes += Math.max(0, bytesPerSecond - this.#bytesPerSecond);
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
