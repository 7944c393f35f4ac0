/** How many whole seconds are looked back. */
const SECONDS = 10;

/** How many turns there were lately, counted by the second. */
export class RecentTurns {
  /** The turns of each second, by its number. The oldest is first. */
  readonly #counts = new Map<number, number>();

  /** @param now - the time, in milliseconds on the monotonic clock, as for all methods. */
  add(now: number): void {
    const second = secondOf(now);
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
    this.#forgetBefore(second - SECONDS);
  }

  /** How many there were per second, over the last ten whole seconds. */
  perSecond(now: number): number {
    const second = secondOf(now);
    this.#forgetBefore(second - SECONDS);
    let turns = 0;
    for (const [each, count] of this.#counts) if (each < second) turns += count;
    return turns / SECONDS;
  }

  #forgetBefore(first: number): void {
    for (const second of this.#counts.keys()) {
      if (second >= first) return;
      this.#counts.delete(second);
    }
  }
}

const secondOf = (now: number) => Math.floor(now / 1000);
