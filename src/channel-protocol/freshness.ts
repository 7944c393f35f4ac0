import { RecentExtreme } from './recent-extreme.js';

/** How much later than the quickest of late a datagram may come, in milliseconds. */
export const LATEST = 250;
/** For how long the quickest counts, in milliseconds. */
const REMEMBERED = 30_000;

/**
 * Tells datagrams that come too late to be of use. Late is relative to the sender's own distance: a datagram is
 * measured against the quickest one of the last half minute. So the two clocks need not agree, and a player 400 ms
 * away plays like one 20 ms away.
 */
export class Freshness {
  readonly #lowest = new RecentExtreme(isEarlier, REMEMBERED);
  #lateness = 0;

  /**
   * Whether a datagram is fresh.
   *
   * @param sentAt - By the sender's clock, in milliseconds modulo 65,536.
   * @param now - By the receiver's clock, in milliseconds.
   */
  isFresh(sentAt: number, now: number): boolean {
    const offset = (Math.floor(now) - sentAt) & 0xffff;
    this.#lowest.add(offset, now);
    this.#lateness = signed(offset - (this.#lowest.at(now) ?? offset));
    return this.#lateness <= LATEST;
  }

  /** How much later than the quickest the last datagram came, in milliseconds. */
  get lateness(): number {
    return this.#lateness;
  }
}

function isEarlier(offset: number, than: number): boolean {
  return signed(offset - than) < 0;
}

/** The difference of two 16-bit numbers, from −32,768 to 32,767: both start again after 65,535. */
function signed(difference: number): number {
  return ((difference + 0x8000) & 0xffff) - 0x8000;
}
