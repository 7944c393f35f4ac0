import type { Clock } from '../../common/clock.js';
import type { SharedTimer } from './shared-timer.js';

/** What {@link HeldRequests} work with. */
export interface HeldRequestsTools {
  readonly deadlines: SharedTimer;
  readonly clock: Clock;
  /** Called when nobody waits any more. */
  readonly onNone: () => void;
}

/** A held request. */
interface Waiter {
  readonly playerId: string;
  readonly wake: (isAnswered: boolean) => void;
}

/** How long changes are gathered before those who wait are told, in milliseconds. */
const GATHERING = 20;

/** All who wait for news of one session. */
export class HeldRequests {
  readonly #tools: HeldRequestsTools;
  readonly #waiters = new Set<Waiter>();
  #gathering: unknown;

  constructor(tools: HeldRequestsTools) {
    this.#tools = tools;
  }

  /** How many requests are held. */
  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Waits to be woken, at most `delay` milliseconds, and no longer than the client does.
   *
   * @returns whether the player must be answered now, so that a page of theirs that is still there asks again.
   */
  wait(playerId: string, delay: number, signal: AbortSignal): Promise<boolean> {
    const { deadlines, onNone } = this.#tools;
    return new Promise((resolve) => {
      const stop = () => waiter.wake(false);
      const waiter: Waiter = {
        playerId,
        wake: (isAnswered) => {
          this.#waiters.delete(waiter);
          forget();
          signal.removeEventListener('abort', stop);
          if (this.#waiters.size === 0) onNone();
          resolve(isAnswered);
        },
      };
      const forget = deadlines.add(delay, stop);
      signal.addEventListener('abort', stop);
      this.#waiters.add(waiter);
    });
  }

  /** There is news for all. */
  wake(): void {
    this.#tools.clock.clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const { wake } of [...this.#waiters]) wake(false);
  }

  /** There may be more news at once: many who come together wake the others once, not each time. */
  wakeSoon(): void {
    if (this.#waiters.size === 0 || this.#gathering !== undefined) return;
    this.#gathering = this.#tools.clock.setTimeout(() => this.wake(), GATHERING);
  }

  /** This player's requests must be answered now. */
  answer(playerId: string): void {
    for (const waiter of [...this.#waiters]) if (waiter.playerId === playerId) waiter.wake(true);
  }
}
