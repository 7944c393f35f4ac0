import type { RelaySession } from '../../api/schemas.js';
import { differs, type ListedSession, showsAll } from './listed-session.js';

const NEVER = Number.NEGATIVE_INFINITY;
/** A list that goes on to contradict the documents has the session asked for at one of so many sweeps. */
const SELDOM = 32;

/**
 * What lists have shown of one session. It is a hint, never the truth: it says when to ask for the session, and for how
 * long its document is good without asking. All times are monotonic.
 */
export class Sightings {
  /** When the session was last seen in a list. */
  #seenAt = NEVER;
  /** Whether what was seen then calls for no *get*. */
  #isClear = false;
  /** Whether all that the document has was shown then. */
  #isAll = false;
  #goodUntil = NEVER;
  #sureUntil = NEVER;
  /** What the list says that a *get* did not bear out, of which document, and how often in a row it said so. */
  #contradiction = { hash: '', document: '', times: 0 };

  get seenAt(): number {
    return this.#seenAt;
  }

  /** Until when the document may be answered, for lists show nothing else. */
  get goodUntil(): number {
    return this.#goodUntil;
  }

  /** Until when nobody need ask for the session, for lists show all of its document. */
  get sureUntil(): number {
    return this.#sureUntil;
  }

  /**
   * Takes what a list shows. What a *get* does not bear out is asked for again, and again after longer and longer,
   * for either of the two may be stale.
   *
   * @param text - the document, to tell it from another one.
   * @returns whether the session must be asked for.
   */
  take(listed: ListedSession, document: RelaySession, text: string, now: number): boolean {
    this.#seenAt = now;
    this.#isClear = !differs(listed, document) || !this.#isWorthAsking(listed.hash, text);
    this.#isAll = showsAll(listed, document);
    return !this.#isClear;
  }

  /**
   * Takes the end of a sweep that showed nearly all sessions.
   *
   * @param began - when it began.
   * @param good - for how long what it showed counts, in milliseconds; `undefined` where no sweep will follow soon.
   * @returns whether the sweep showed the session.
   */
  endSweep(began: number, good: number | undefined): boolean {
    const isShown = this.#seenAt >= began;
    if (isShown && this.#isClear && good !== undefined) {
      this.#goodUntil = this.#seenAt + good;
      if (this.#isAll) this.#sureUntil = this.#goodUntil;
    }
    return isShown;
  }

  /** Vouches for the document no longer, for there is news of the session. */
  forget(): void {
    this.#isClear = false;
    this.#goodUntil = NEVER;
    this.#sureUntil = NEVER;
  }

  #isWorthAsking(hash: string, document: string): boolean {
    const { times, ...known } = this.#contradiction;
    const isSame = known.hash === hash && known.document === document;
    const count = isSame ? times + 1 : 1;
    this.#contradiction = { hash, document, times: count };
    return isPowerOfTwo(count) || count % SELDOM === 0;
  }
}

const isPowerOfTwo = (number: number) => (number & (number - 1)) === 0;
