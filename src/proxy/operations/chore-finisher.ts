import type { Clock } from '../../common/clock.js';
import { endsWithin } from '../../common/ends-within.js';
import type { UpstreamCaller } from '../limits/index.js';
import { notDoneYet } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import type { Chore, Chores } from '../upkeep/index.js';

/** What a {@link ChoreFinisher} works with. */
export interface ChoreFinisherTools {
  readonly chores: Chores;
  readonly store: Pick<Store, 'isLasting'>;
  readonly clock: Clock;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}

/** How long a player waits for the relay service to do what they asked for, in milliseconds. */
const PATIENCE = 4_000;
/** The pause between two tries, in milliseconds: the first one, and the longest. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 1_000;

/** Tells a player that something is done only if it is sure to be done. */
export class ChoreFinisher {
  readonly #tools: ChoreFinisherTools;

  constructor(tools: ChoreFinisherTools) {
    this.#tools = tools;
  }

  /**
   * Does a chore that a player asked for. Where the store outlives this process, writing the chore down is enough: it
   * will be done, whatever happens. Otherwise the plan would end with the process, so it must be done now.
   *
   * @throws {ProxyError} 503 where the relay service does not do it in time. The proxy goes on trying.
   */
  async finish(chore: Chore, asker: UpstreamCaller): Promise<void> {
    const { chores, clock, store } = this.#tools;
    if (store.isLasting) {
      await chores.do(chore, asker);
      return;
    }
    const timeUp = new AbortController();
    try {
      const isInTime = await endsWithin(this.#insist(chore, asker, timeUp.signal), PATIENCE, clock);
      if (!isInTime) throw notDoneYet();
    } finally {
      timeUp.abort();
    }
  }

  /** Tries until it is done, or until nobody waits for it any more. */
  async #insist(chore: Chore, asker: UpstreamCaller, timeUp: AbortSignal): Promise<void> {
    const { chores, clock, isClosing } = this.#tools;
    let delay = FIRST_DELAY;
    while (!(await chores.do(chore, asker))) {
      if (timeUp.aborted || isClosing()) throw notDoneYet();
      const pause = delay;
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, pause));
      if (timeUp.aborted) return;
      delay = Math.min(delay * 2, LONGEST_DELAY);
    }
  }
}
