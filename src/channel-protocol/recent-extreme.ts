/**
 * The lowest, or highest, number of about the last `span` milliseconds. It keeps two numbers instead of a history:
 * the best of the running half of the span, and of the half before.
 */
export class RecentExtreme {
  readonly #isBetter: (value: number, than: number) => boolean;
  readonly #half: number;
  #best: number | undefined;
  #bestBefore: number | undefined;
  #turnsAt = 0;

  /** @param isBetter - Whether the first number is the better one. */
  constructor(isBetter: (value: number, than: number) => boolean, span: number) {
    this.#isBetter = isBetter;
    this.#half = span / 2;
  }

  /** Takes a number in. */
  add(value: number, now: number): void {
    this.#turn(now);
    if (this.#best === undefined || this.#isBetter(value, this.#best)) this.#best = value;
  }

  /** The best number of the span; `undefined` where there was none. */
  at(now: number): number | undefined {
    this.#turn(now);
    if (this.#best === undefined) return this.#bestBefore;
    if (this.#bestBefore === undefined) return this.#best;
    return this.#isBetter(this.#bestBefore, this.#best) ? this.#bestBefore : this.#best;
  }

  #turn(now: number): void {
    if (now < this.#turnsAt) return;
    const isHalfOld = now < this.#turnsAt + this.#half;
    this.#bestBefore = isHalfOld ? this.#best : undefined;
    this.#best = undefined;
    this.#turnsAt = now + this.#half;
  }
}
