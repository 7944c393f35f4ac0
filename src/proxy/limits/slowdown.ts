import type { Clock } from '../../common/clock.js';
import { tooMany } from '../proxy-error.js';
import { CallBudget } from './call-budget.js';
import type { LimitName } from './default-limits.js';

/** How many may wait in all, so that nobody waits for long. */
const LONGEST_LINE = 200;
/** How many one asker may have waiting, so that one does not fill the line. */
const OF_ONE_ASKER = 8;
/** When to try again where too many wait, in seconds. */
const RETRY = 5;

/** Lets only a fixed number through per second when too many come. Askers take turns. */
export class Slowdown {
  readonly #turns: CallBudget;
  readonly #limit: LimitName;
  /** What each asker has waiting, the newest last. */
  readonly #waiting = new Map<string, AbortController[]>();

  /** @param limit - the limit that is gone over when all are slowed down. */
  constructor(perSecond: number, clock: Clock, limit: LimitName) {
    this.#limit = limit;
    this.#turns = new CallBudget(perSecond, clock);
  }

  /**
   * Waits for a turn. If the line is full, the asker with most waiting makes room for one with fewer.
   *
   * @param signal - aborted when nobody waits for the answer any more.
   * @throws {ProxyError} 429 where too many wait already, where the signal is aborted, and once this is closed.
   */
  async pass(asker: string, signal: AbortSignal): Promise<void> {
    const own = this.#waiting.get(asker) ?? [];
    if (own.length >= OF_ONE_ASKER) throw this.#busy();
    if (this.#length >= LONGEST_LINE) this.#makeRoom(own.length + 1);
    const turn = new AbortController();
    const leave = () => turn.abort();
    signal.addEventListener('abort', leave, { once: true });
    own.push(turn);
    this.#waiting.set(asker, own);
    try {
      signal.throwIfAborted();
      await this.#turns.take('announced', asker, turn.signal);
    } catch {
      throw this.#busy();
    } finally {
      signal.removeEventListener('abort', leave);
      this.#forget(asker, turn);
    }
  }

  /** Lets nobody through any more. */
  close(): void {
    this.#turns.close();
  }

  get #length(): number {
    let length = 0;
    for (const turns of this.#waiting.values()) length += turns.length;
    return length;
  }

  /**
   * Sends away the newest that waits of the asker with most waiting.
   *
   * @param needed - how many somebody else will have waiting, who needs the room.
   * @throws {ProxyError} 429 where nobody has more than that waiting.
   */
  #makeRoom(needed: number): void {
    let most = needed;
    let greediest: string | undefined;
    for (const [asker, { length }] of this.#waiting) {
      if (length <= most) continue;
      most = length;
      greediest = asker;
    }
    if (greediest === undefined) throw this.#busy();
    const newest = this.#waiting.get(greediest)?.at(-1);
    if (!newest) throw this.#busy();
    newest.abort();
    this.#forget(greediest, newest);
  }

  #forget(asker: string, turn: AbortController): void {
    const left = this.#waiting.get(asker)?.filter((other) => other !== turn) ?? [];
    if (left.length > 0) this.#waiting.set(asker, left);
    else this.#waiting.delete(asker);
  }

  #busy(): Error {
    return tooMany('Too many players ask for this now.', RETRY, this.#limit);
  }
}
