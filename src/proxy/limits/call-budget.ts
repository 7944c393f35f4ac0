import type { Clock } from '../../common/clock.js';
import { BudgetShares, type CallKind } from './budget-shares.js';

/** A call that waits for its turn. */
interface Turn {
  readonly asker: string;
  readonly kind: CallKind;
  readonly isFirst: boolean;
  readonly grant: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * The budget of calls to the relay session API: a number per second for the whole process, and none while the service
 * asks for a pause. If more are wanted, {@link BudgetShares} decide who comes first.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #order = new BudgetShares<Turn>();
  /** How many calls may be made at once. It grows with time. */
  #callsLeft: number;
  /** When {@link CallBudget.#callsLeft} was last brought up to date, on the monotonic clock. */
  #filledAt: number;
  /** When the pause that the service asked for is over, on the monotonic clock. */
  #pausedUntil = 0;
  #timer: unknown;
  #isClosed = false;

  /** @param perSecond - how many calls there are per second. After a quiet second they may all be made at once. */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#callsLeft = perSecond;
    this.#filledAt = clock.monotonic();
  }

  /**
   * Waits for a turn to make one call.
   *
   * @param asker - on whose behalf it is made. Askers take turns.
   * @throws the signal's reason, once it is aborted. An error once the budget is closed.
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

  /** Lets no call be made for `delay` milliseconds. */
  pause(delay: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + delay);
  }

  /** Lets no call be made any more. Those that wait for their turn are refused. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    for (const turn of this.#order) turn.refuse(closed());
  }

  /** Grants as many turns as there are calls left, and sets a timer for the others. */
  #serve(): void {
    const now = this.#clock.monotonic();
    this.#fill(now);
    if (now >= this.#pausedUntil) {
      while (this.#callsLeft >= 1 && !this.#order.isEmpty) {
        this.#callsLeft -= 1;
        this.#order.next()?.grant();
      }
    }
    if (!this.#order.isEmpty) this.#serveLater(now);
  }

  #fill(now: number): void {
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#callsLeft = Math.min(this.#perSecond, this.#callsLeft + earned);
    this.#filledAt = now;
  }

  #serveLater(now: number): void {
    if (this.#timer !== undefined) return;
    const refill = ((1 - this.#callsLeft) / this.#perSecond) * 1000;
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
