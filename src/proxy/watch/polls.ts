import type { RelayApi } from '../../api/relay-api.js';
import type { Clock } from '../../common/clock.js';
import { OpenPolls } from './open-polls.js';
import { PageOfNewest } from './page-of-newest.js';
import { type BudgetUse, PendingPolls } from './pending-polls.js';
import type { Polled } from './polled.js';
import type { SweepPace } from './sweep-pace.js';

/** What {@link Polls} work with. */
export interface PollsTools {
  /** The relay session API, with the class of pending sessions. */
  readonly api: RelayApi;
  readonly clock: Clock;
  readonly pace: SweepPace;
  readonly use: BudgetUse;
}

/** All sessions of one instance that somebody waits for: they are asked for together, and within the budget. */
export class Polls {
  readonly #pending: PendingPolls;
  readonly #open: OpenPolls;
  readonly #page = new PageOfNewest();
  #onNeed = () => {};

  constructor({ api, clock, pace, use }: PollsTools) {
    this.#pending = new PendingPolls({ api, clock, page: this.#page, use });
    this.#open = new OpenPolls({ clock, pace });
  }

  /** Whether so many open sessions are waited for that to go through the whole list costs less than to ask for each. */
  get needSweeps(): boolean {
    return this.#open.size > this.#page.pages;
  }

  /** Has somebody told each time that a session is taken in while sweeps are needed. */
  onNeed(listener: () => void): void {
    this.#onNeed = listener;
  }

  /** Notes how many pages the account's list has. */
  set pages(pages: number) {
    this.#page.pages = pages;
  }

  /** Notes that the service was called too often: pending sessions are asked for half as often for a while. */
  slowDown(): void {
    this.#pending.slowDown();
  }

  /** Asks for a session from now on, or at other times than before. */
  add(polled: Polled): void {
    const [its, other] = polled.isSettled
      ? [this.#open, this.#pending]
      : [this.#pending, this.#open];
    other.delete(polled);
    its.add(polled);
    if (this.needSweeps) this.#onNeed();
  }

  /** Asks for a session no more. */
  delete(polled: Polled): void {
    this.#pending.delete(polled);
    this.#open.delete(polled);
  }
}
