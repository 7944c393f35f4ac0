import type { Clock } from '../../common/clock.js';
import { onAbort } from '../../common/on-abort.js';
import type { SharedTimer } from './shared-timer.js';

/** What {@link HeldRequests} work with. */
export interface HeldRequestsTools {
  readonly deadlines: SharedTimer;
  readonly clock: Clock;
  /** Called when no request is held any more. */
  readonly onNone: () => void;
}

/** One held request. */
interface HeldRequest {
  readonly playerId: string;
  /** Ends the wait. See {@link HeldRequests.wait} for `mustAnswer`. */
  readonly end: (mustAnswer: boolean) => void;
}

/** How long changes are gathered before the held requests are woken, in milliseconds. */
const GATHERING = 20;

/** The requests of one session that are held until there is news. */
export class HeldRequests {
  readonly #tools: HeldRequestsTools;
  readonly #held = new Set<HeldRequest>();
  readonly #followers = new Set<() => void>();
  #gathering: unknown;

  constructor(tools: HeldRequestsTools) {
    this.#tools = tools;
  }

  /** How many requests are held. Those who follow are none. */
  get size(): number {
    return this.#held.size;
  }

  /** How many follow. */
  get followers(): number {
    return this.#followers.size;
  }

  /** Calls `onNews` each time that requests would be woken, without holding one. Returns what ends that. */
  follow(onNews: () => void): () => void {
    this.#followers.add(onNews);
    return () => this.#followers.delete(onNews);
  }

  /**
   * Holds a request until it is woken, for at most `delay` milliseconds, and no longer than the client waits.
   *
   * @returns whether the player must be answered now, news or not, so that their page asks again if it is still there.
   */
  wait(playerId: string, delay: number, signal: AbortSignal): Promise<boolean> {
    const { deadlines, onNone } = this.#tools;
    return new Promise((resolve) => {
      // It may come sooner than the delay: when this process is about to stop.
      const callOffDeadline = deadlines.add(delay, () => request.end(true));
      const request: HeldRequest = {
        playerId,
        end: (mustAnswer) => {
          this.#held.delete(request);
          callOffDeadline();
          forgetClient();
          if (this.#held.size === 0) onNone();
          resolve(mustAnswer);
        },
      };
      const forgetClient = onAbort(signal, () => request.end(false));
      this.#held.add(request);
    });
  }

  /** Wakes all: there is news. */
  wake(): void {
    this.#tools.clock.clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const request of [...this.#held]) request.end(false);
    // Later: what they do about it is no affair of whoever brought the news.
    for (const onNews of this.#followers) queueMicrotask(onNews);
  }

  /** Wakes all in a moment: when many players join together, the others are woken once and not for each of them. */
  wakeSoon(): void {
    if (this.#held.size + this.#followers.size === 0 || this.#gathering !== undefined) return;
    this.#gathering = this.#tools.clock.setTimeout(() => this.wake(), GATHERING);
  }

  /** Has a player's held requests answered now. */
  answer(playerId: string): void {
    for (const request of [...this.#held]) {
      if (request.playerId === playerId) request.end(true);
    }
  }
}
