import type { Clock } from '../../common/clock.js';
import { tooMany } from '../proxy-error.js';
import { CallBudget } from './call-budget.js';

/** How many may wait at once, of all askers and of one: nobody waits for long, and one does not fill the line. */
const LONGEST_LINE = 200;
const OF_ONE_ASKER = 8;
/** In seconds. */
const RETRY = 5;

/** Lets so many through per second, askers in turn, for times in which there are too many. */
export class Slowdown {
  readonly #turns: CallBudget;
  /** Each asker's, the newest last. */
  readonly #waiting = new Map<string, AbortController[]>();

  constructor(perSecond: number, clock: Clock) {
    this.#turns = new CallBudget(perSecond, clock);
  }

  /**
   * Waits for its turn. Where the line is full, whoever has most waiting makes room for one who has fewer.
   *
   * @throws {ProxyError} 429 where too many wait already, where the client goes, and once it is closed.
   */
  async pass(asker: string, signal: AbortSignal): Promise<void> {
    const own = this.#waiting.get(asker) ?? [];
    if (own.length >= OF_ONE_ASKER) throw busy();
    if (this.#length >= LONGEST_LINE) this.#makeRoom(own.length + 1);
    const turn = new AbortController();
    const leave = () => turn.abort();
    signal.addEventListener('abort', leave, { once: true });
    own.push(turn);
    this.#waiting.set(asker, own);
    try {
      signal.throwIfAborted();
      await this.#turns.take('asks', asker, turn.signal);
    } catch {
      throw busy();
    } finally {
      signal.removeEventListener('abort', leave);
      this.#forget(asker, turn);
    }
  }

  get #length(): number {
    let length = 0;
    for (const line of this.#waiting.values()) length += line.length;
    return length;
  }

  /** The newest of the longest line makes room for one of a line of this length, if that is shorter. */
  #makeRoom(length: number): void {
    const [[asker, longest]] = [...this.#waiting].sort(([, a], [, b]) => b.length - a.length) as [
      [string, AbortController[]],
    ];
    const newest = longest.at(-1);
    if (longest.length <= length || !newest) throw busy();
    newest.abort();
    this.#forget(asker, newest);
  }

  #forget(asker: string, turn: AbortController): void {
    const left = this.#waiting.get(asker)?.filter((each) => each !== turn) ?? [];
    if (left.length > 0) this.#waiting.set(asker, left);
    else this.#waiting.delete(asker);
  }

  /** Nobody passes any more. */
  close(): void {
    this.#turns.close();
  }
}

const busy = () => tooMany('Too many players ask for this now.', RETRY);
