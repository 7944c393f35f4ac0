import type { Clock } from '../../common/clock.js';
import { describeFailure } from '../reports/index.js';
import type { SweepChannel, SweepNews } from '../store/index.js';
import type { Polls, SweepPace } from '../watch/index.js';
import { type AccountSweep, type Purpose, SHORTEST } from './account-sweep.js';
import type { Adoption } from './adoption.js';
import { type Duty, NotOnDuty } from './duty.js';
import type { WantedCreates } from './wanted-creates.js';

/** What {@link Sweeps} work with. */
export interface SweepsTools {
  readonly accountSweep: AccountSweep;
  readonly adoption: Adoption;
  readonly channel: SweepChannel;
  readonly clock: Clock;
  /** Says whose turn it is, where several instances share a store. */
  readonly duty: Duty;
  /** How long a lease lasts, in milliseconds. */
  readonly lease: number;
  readonly pace: SweepPace;
  readonly polls: Pick<Polls, 'needSweeps' | 'onNeed'>;
  readonly wanted: WantedCreates;
  /** Told what went wrong, in words without secrets. */
  readonly onFailure: (message: string) => void;
}

/** The longest time from one sweep that adopts sessions to the next, in milliseconds. */
const LONGEST = 60_000;
/** How long another instance's wish for sweeps counts, in milliseconds. It is repeated as often as sweeps may come. */
const WANTED_FOR = 3 * SHORTEST;
/** The time after which a sweep that failed is tried again, or wished for again, in milliseconds. */
const RETRY = 2_000;
/** How often the same failure is told, in milliseconds: it is tried again much sooner. */
const TOLD_EVERY = 60_000;
/** After so many sweeps in a row that failed another instance is to try: perhaps only this one cannot. */
const FAILURES_TILL_HANDOVER = 3;

/**
 * When the account's list is gone through, again and again until it is closed. Of several instances that share a store
 * the one on duty does it for all, and for nothing else than what they wish for: each as it starts, those who watch
 * many open sessions, and those who search for a lost *create*.
 */
export class Sweeps {
  readonly #tools: SweepsTools;
  readonly #stopHearing: () => void;
  #timer: unknown;
  /** When the timer rings, and when it rang last, on the monotonic clock. */
  #ringsAt = Number.NEGATIVE_INFINITY;
  #rangAt = Number.NEGATIVE_INFINITY;
  /** When a look last failed, on the monotonic clock. */
  #failedAt = Number.NEGATIVE_INFINITY;
  /** The failure that was told last, and when, on the monotonic clock. */
  #told = '';
  #toldAt = Number.NEGATIVE_INFINITY;
  /** How many looks have failed, one after the other. */
  #failures = 0;
  /** Whether it is being looked now what is due, and whether to look once more right after it. */
  #isLooking = false;
  #isToLookAgain = false;
  /** Until when another instance wants sweeps, on the monotonic clock. */
  #wantedUntil = Number.NEGATIVE_INFINITY;
  /** Whether an instance has started, and waits until all sessions are adopted. */
  #isAwaited = false;
  #isClosed = false;
  /** The last sweep, under way or over. They do not overlap. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whether a sweep for searches is to begin after the one that is under way. */
  #isSearchPlanned = false;

  constructor(tools: SweepsTools) {
    this.#tools = tools;
    tools.polls.onNeed(() => this.#hasten());
    // What is due that whoever was on duty before left: this instance has not adopted anything for a while.
    tools.duty.onTaken(() => this.#look(Number.NEGATIVE_INFINITY));
    this.#stopHearing = tools.channel.hear(
      (news) => this.#hear(news),
      () => {},
    );
  }

  start(): void {
    void this.#turn();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#tools.clock.clearTimeout(this.#timer);
    this.#tools.pace.close();
  }

  /** Sweeps once, when the sweep that is under way is over: see {@link AccountSweep.run}. Rejects where that fails. */
  sweep(purpose: Purpose): Promise<number | undefined> {
    const sweep = this.#last.then(() => this.#tools.accountSweep.run(purpose));
    this.#last = sweep.catch(() => {});
    return sweep;
  }

  #hear(news: SweepNews): void {
    const { adoption, clock, duty, wanted } = this.#tools;
    if (news.what === 'want') {
      this.#wantedUntil = clock.monotonic() + WANTED_FOR;
      this.#hasten();
    } else if (news.what === 'search') {
      wanted.add(news.nonces);
      // Where another instance is on duty, this comes to nothing, until it is this one.
      this.#planSearch();
    } else if (news.what === 'adopt' && duty.isHeld) this.#noteAwaited();
    else if (news.what === 'adopted' && !duty.isHeld) adoption.noteDoneElsewhere();
  }

  #planSearch(): void {
    if (this.#isSearchPlanned) return;
    this.#isSearchPlanned = true;
    const search = this.#last.then(async () => {
      this.#isSearchPlanned = false;
      // An earlier sweep may have answered them all.
      if (this.#tools.wanted.nonces.length > 0) await this.#tools.accountSweep.run({});
    });
    // Whoever searches is told what went wrong.
    this.#last = search.catch(() => {});
  }

  #noteAwaited(): void {
    // What is being adopted now is what they wait for.
    if (this.#tools.accountSweep.isAdopting) return;
    this.#isAwaited = true;
    this.#look(this.#failedAt + RETRY);
  }

  /** Sees whether a sweep is due, and comes back. */
  async #turn(): Promise<void> {
    const { clock } = this.#tools;
    const started = clock.monotonic();
    this.#rangAt = started;
    this.#isLooking = true;
    let delay = this.#period;
    try {
      const next = await this.#sweepIfDue();
      if (next !== undefined) delay = Math.max(0, started + next - clock.monotonic());
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof NotOnDuty)) await this.#noteFailure(error);
      delay = RETRY;
      this.#failedAt = clock.monotonic();
    }
    this.#isLooking = false;
    this.#setTimer(this.#isToLookAgain ? 0 : delay);
    this.#isToLookAgain = false;
    if (this.#isNeeded) this.#hasten();
  }

  async #noteFailure(error: unknown): Promise<void> {
    this.#tellFailure(error);
    this.#failures += 1;
    if (this.#failures % FAILURES_TILL_HANDOVER === 0) await this.#tools.duty.handOver();
  }

  #tellFailure(error: unknown): void {
    const message = `Listing the open sessions failed: ${describeFailure(error)}`;
    const now = this.#tools.clock.monotonic();
    if (message === this.#told && now - this.#toldAt < TOLD_EVERY) return;
    this.#told = message;
    this.#toldAt = now;
    this.#tools.onFailure(message);
  }

  #setTimer(delay: number): void {
    const { clock } = this.#tools;
    if (this.#isClosed) return;
    clock.clearTimeout(this.#timer);
    this.#ringsAt = clock.monotonic() + delay;
    this.#timer = clock.setTimeout(() => {
      // Not while it is under way.
      this.#ringsAt = Number.NEGATIVE_INFINITY;
      void this.#turn();
    }, delay);
  }

  /** Looks at this time on the monotonic clock, or right after the look that is under way. */
  #look(at: number): void {
    if (this.#isLooking) this.#isToLookAgain = true;
    else if (at < this.#ringsAt) this.#setTimer(Math.max(0, at - this.#tools.clock.monotonic()));
  }

  /** Comes back as soon as sweeps may, for they are needed. */
  #hasten(): void {
    if (!this.#isLooking) this.#look(this.#rangAt + this.#tools.accountSweep.interval);
  }

  /** Whether open sessions are to be watched, here or at another instance. */
  get #isNeeded(): boolean {
    const { clock, polls } = this.#tools;
    return polls.needSweeps || clock.monotonic() < this.#wantedUntil;
  }

  /** How often sessions are adopted, in milliseconds. */
  get #period(): number {
    return Math.min(this.#tools.lease, LONGEST);
  }

  /** Returns after how many milliseconds the next look is due, where that is not as usual. */
  async #sweepIfDue(): Promise<number | undefined> {
    const { accountSweep, adoption, clock, duty } = this.#tools;
    if (!(await duty.isMine())) return this.#wishForSweeps();
    const isUrgent = !adoption.isComplete || this.#isAwaited;
    const isDue = clock.monotonic() - accountSweep.adoptedAt >= this.#period;
    const adopts = isUrgent || (isDue && !accountSweep.isAdopting);
    const watches = !isUrgent && this.#isNeeded;
    if (!watches && !adopts) return undefined;
    if (adopts) this.#isAwaited = false;
    return this.sweep({
      adopts,
      isUrgent,
      watches,
      // Those who watch open sessions do not wait for what the store has to do for adoption.
      onFailure: (error) => this.#tellFailure(error),
    });
  }

  /** Tells the instance on duty what this one needs. */
  async #wishForSweeps(): Promise<number | undefined> {
    const { adoption, channel, polls } = this.#tools;
    if (!adoption.isComplete) await channel.tell({ what: 'adopt' });
    if (polls.needSweeps) await channel.tell({ what: 'want' });
    return adoption.isComplete ? undefined : RETRY;
  }
}
