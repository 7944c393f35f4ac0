import type { SessionPage } from '../../api/session-list.js';

/** After so many pages in a row that showed none of the sessions that were looked for, none is read for a while. */
const MOST_IN_VAIN = 4;
/** How long that while is, in milliseconds. */
const REST = 30_000;

/**
 * On which page of the account's list the newest sessions are: on the last if the oldest come first, on the first if
 * the newest do. Nobody says which of the two it is, so both are tried.
 */
export class PageOfNewest {
  #pages = 1;
  #isLast = true;
  #inVain = 0;
  #restUntil = Number.NEGATIVE_INFINITY;

  /** How many pages there are, as far as is known. */
  get pages(): number {
    return this.#pages;
  }

  set pages(pages: number) {
    this.#pages = Math.max(1, pages);
  }

  /** The page's number. */
  get number(): number {
    return this.#isLast ? this.#pages : 1;
  }

  /** Whether it is likely to show anything. */
  isUseful(now: number): boolean {
    return now >= this.#restUntil;
  }

  /**
   * Learns from a page that was read.
   *
   * @param found - how many of the sessions that were looked for are on it.
   * @param now - on the monotonic clock.
   */
  learn({ pagination }: SessionPage<unknown>, found: number, now: number): void {
    this.pages = pagination.paginator.num_pages;
    if (found > 0) {
      this.#inVain = 0;
      return;
    }
    // Where a page was added behind it, it was the wrong one, and the end may be right.
    if (!this.#isLast || !pagination.has_next) this.#isLast = !this.#isLast;
    this.#inVain += 1;
    if (this.#inVain >= MOST_IN_VAIN) this.rest(now);
  }

  /** Has no page read for a while, for it was in vain, or the list fails. */
  rest(now: number): void {
    this.#inVain = 0;
    this.#restUntil = now + REST;
  }
}
