import type { Clock } from '../../common/clock.js';

/** What a listed session is to this proxy: somebody else's; its own; or its own, with a host who has a lease. */
export type Finding = 'foreign' | 'own' | 'hosted';

/** What was found when all listed sessions were gone through. */
export interface SweepFigures {
  readonly account: number;
  readonly own: number;
  readonly withHost: number;
}

/** How long figures are told, in milliseconds: after that, another instance has newer ones. */
const TOLD_FOR = 10 * 60_000;

const NONE: SweepFigures = { account: Number.NaN, own: Number.NaN, withHost: Number.NaN };

/** Counts what sweeps over the list find. What is told is always of one whole sweep. */
export class SweepCounts {
  readonly #clock: Clock;
  #figures = NONE;
  /** When these are of, on the monotonic clock. */
  #countedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A sweep has gone through all. */
  set(findings: readonly Finding[]): void {
    const own = findings.filter((finding) => finding !== 'foreign');
    const withHost = own.filter((finding) => finding === 'hosted').length;
    this.#figures = { account: findings.length, own: own.length, withHost };
    this.#countedAt = this.#clock.monotonic();
  }

  /** The figures of the last sweep: `NaN` where there was none lately. */
  read(): SweepFigures {
    return this.#clock.monotonic() - this.#countedAt < TOLD_FOR ? this.#figures : NONE;
  }
}
