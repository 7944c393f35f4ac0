import type { SeatDocument } from '../channel-protocol/seat-source.js';
import type { CompleteLimits } from './gateway-options.js';
import { Openings } from './openings.js';
import { SeatRates } from './seat-rates.js';

/** Data channels that a seat may offer within ten seconds: its page waits five for each. */
const MOST_OFFERS = 5;

/** What one seat did lately, over all its wires and channels: a new one is no new start. */
export class SeatAccount {
  readonly openings: Openings;
  /** Of data channels. */
  readonly offers: Openings;
  readonly #limits: CompleteLimits;
  #rates: SeatRates | undefined;
  #channels = 0;

  constructor(limits: CompleteLimits, now: number) {
    this.#limits = limits;
    this.openings = new Openings(limits.openingsPerSeat, now);
    this.offers = new Openings(MOST_OFFERS, now);
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
    const isForgiven = this.openings.isForgiven(now) && this.offers.isForgiven(now);
    const isIdle = this.#channels === 0 && isForgiven;
    return isIdle && (this.#rates?.isClear(now) ?? true);
  }
}
