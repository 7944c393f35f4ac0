import type { Clock } from '../../common/clock.js';
import { BudgetShares, type CallKind } from './budget-shares.js';

interface Turn {
  readonly asker: string;
  readonly kind: CallKind;
  readonly isFirst: boolean;
  readonly grant: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * So many upstream calls per second for the whole process, and none while upstream asks for a pause. Where more are
 * wanted, {@link BudgetShares} says who comes first.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #order = new BudgetShares<Turn>();
  #tokens: number;
  #filled: number;
  #pausedUntil = 0;
  #timer: unknown;
  #isClosed = false;

  /** @param perSecond - also what may be spent at once after a quiet second. */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filled = clock.monotonic();
  }

  /**
   * Waits for its turn.
   *
   * @param asker - on whose behalf: turns are shared out among the askers.
   * @throws the signal's reason, once it is aborted; an error after {@link CallBudget.close}.
   */
  take(kind: CallKind, asker: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    return new Promise((resolve, reject) => {
      const abort = () => turn.refuse(signal.reason);
      const turn: Turn = {
        asker,
        kind,
        isFirst: kind === 'frees',
        grant: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', abort);
          this.#order.delete(turn);
          reject(reason);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#order.add(turn);
      this.#serve();
    });
  }

  /** No call for `delay` milliseconds. */
  pause(delay: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + delay);
  }

  /** No call any more. Those that wait for their turn get none. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    for (const turn of this.#order) turn.refuse(closed());
  }

  #serve(): void {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#filled) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + earned);
    this.#filled = now;
    if (now >= this.#pausedUntil) {
      while (this.#tokens >= 1 && !this.#order.isEmpty) {
        this.#tokens -= 1;
        this.#order.next()?.grant();
      }
    }
    if (this.#timer !== undefined || this.#order.isEmpty) return;
    const refill = ((1 - this.#tokens) / this.#perSecond) * 1000;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#serve();
      },
      Math.max(1, refill, this.#pausedUntil - now),
    );
  }
}

const closed = () => new Error('The proxy was stopped.');
