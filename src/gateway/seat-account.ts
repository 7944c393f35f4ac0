import type { SeatDocument } from '../channel-protocol/seat-source.js';
import type { CompleteLimits } from './gateway-options.js';
import { Openings } from './openings.js';
import { SeatRates } from './seat-rates.js';

/** What one seat did lately, over all its wires and channels: a new one is no new start. */
export class SeatAccount {
  readonly openings: Openings;
  readonly #limits: CompleteLimits;
  #rates: SeatRates | undefined;
  #channels = 0;

  constructor(limits: CompleteLimits, now: number) {
    this.#limits = limits;
    this.openings = new Openings(limits.openingsPerSeat, now);
  }

  /** A channel begins. Returns what it goes by. */
  begin(document: SeatDocument, now: number): SeatRates {
    this.#channels += 1;
    this.#rates ??= new SeatRates(this.#limits, document, now);
    return this.#rates;
  }

  /** A channel ends. */
  end(): void {
    this.#channels -= 1;
  }

  isClear(now: number): boolean {
    const isIdle = this.#channels === 0 && this.openings.isForgiven(now);
    return isIdle && (this.#rates?.isClear(now) ?? true);
  }
}
