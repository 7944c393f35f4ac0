import type { Clock } from '../api/clock.js';

interface Turn {
  readonly grant: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** So many upstream calls per second for the whole process, and none while upstream asks for a pause. */
export class Budget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #urgent = new Set<Turn>();
  readonly #patient = new Set<Turn>();
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
   * Waits for its turn. What changes something goes before what only asks.
   *
   * @throws the signal's reason, once it is aborted; an error after {@link Budget.close}.
   */
  take(isUrgent: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    const queue = isUrgent ? this.#urgent : this.#patient;
    return new Promise((resolve, reject) => {
      const abort = () => turn.refuse(signal.reason);
      const turn: Turn = {
        grant: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', abort);
          queue.delete(turn);
          reject(reason);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      queue.add(turn);
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
    for (const queue of [this.#urgent, this.#patient]) {
      for (const turn of queue) turn.refuse(closed());
    }
  }

  #serve(): void {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#filled) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + earned);
    this.#filled = now;
    if (now >= this.#pausedUntil) {
      for (const queue of [this.#urgent, this.#patient]) {
        for (const turn of queue) {
          if (this.#tokens < 1) break;
          this.#tokens -= 1;
          queue.delete(turn);
          turn.grant();
        }
      }
    }
    if (this.#timer !== undefined || this.#urgent.size + this.#patient.size === 0) return;
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
