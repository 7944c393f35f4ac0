import type { Clock } from '../api/clock.js';
import { Budget } from './budget.js';
import { tooMany } from './proxy-error.js';

/** How many may wait at once, of all askers and of one: nobody waits for long, and one does not fill the line. */
const LONGEST_LINE = 200;
const OF_ONE_ASKER = 8;
/** In seconds. */
const RETRY = 5;

/** Lets so many through per second, askers in turn, for times in which there are too many. */
export class Slowdown {
  readonly #turns: Budget;
  readonly #waiting = new Map<string, number>();
  #line = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#turns = new Budget(perSecond, clock);
  }

  /**
   * Waits for its turn.
   *
   * @throws {ProxyError} 429 where too many wait already, where the client goes, and once it is closed.
   */
  async pass(asker: string, signal: AbortSignal): Promise<void> {
    const own = this.#waiting.get(asker) ?? 0;
    if (own >= OF_ONE_ASKER || this.#line >= LONGEST_LINE) throw busy();
    this.#line += 1;
    this.#waiting.set(asker, own + 1);
    try {
      await this.#turns.take('asks', asker, signal);
    } catch {
      throw busy();
    } finally {
      this.#line -= 1;
      const left = (this.#waiting.get(asker) ?? 1) - 1;
      if (left > 0) this.#waiting.set(asker, left);
      else this.#waiting.delete(asker);
    }
  }

  /** Nobody passes any more. */
  close(): void {
    this.#turns.close();
  }
}

const busy = () => tooMany('Too many players ask for this now.', RETRY);
