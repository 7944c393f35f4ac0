import type { Clock } from '../../common/clock.js';
import { describeFailure } from '../reports/index.js';
import type { SweepChannel } from '../store/index.js';
import { listedSession, type Polls, type SweepPace } from '../watch/index.js';
import { type AccountList, areNearlyAll, type ReadSoFar } from './account-list.js';
import type { Adoption } from './adoption.js';
import type { AdoptionRound } from './adoption-round.js';
import type { Duty } from './duty.js';
import type { LostCreates, OwnEntry } from './lost-creates.js';

/** What {@link Sweeps} work with. */
export interface SweepsTools {
  readonly adoption: Adoption;
  readonly channel: SweepChannel;
  readonly clock: Clock;
  /** Says whose turn it is, where several instances share a store. */
  readonly duty: Duty;
  /** How long a lease lasts, in milliseconds. */
  readonly lease: number;
  readonly list: AccountList;
  readonly lostCreates: LostCreates;
  readonly pace: SweepPace;
  readonly polls: Pick<Polls, 'needSweeps' | 'onNeed'>;
  /** Told what went wrong, in words without secrets. */
  readonly onFailure: (message: string) => void;
}

/** The shortest time from one sweep to the next, in milliseconds. */
const SHORTEST = 10_000;
/** The longest time from one sweep that adopts sessions to the next, in milliseconds. */
const LONGEST = 60_000;
/** How long another instance's wish for sweeps counts, in milliseconds. It is repeated as often as sweeps may come. */
const WANTED_FOR = 3 * SHORTEST;
/** The time after which a sweep that failed is tried again, in milliseconds. */
const RETRY = 2_000;

/** What one sweep is for. */
interface Purpose {
  /** Whether sessions are adopted, too. */
  readonly adopts?: boolean;
  /** Whether another sweep follows soon, because many open sessions are watched. */
  readonly watches?: boolean;
  /** Whether it is for nothing but searches. */
  readonly searches?: boolean;
}

/**
 * Goes through the account's open sessions, again and again until it is closed. A sweep serves all who need the list:
 * those who watch open sessions, adoption, and searches for lost *creates*. Of several instances that share a store,
 * the one on duty does it for all, but for the first time and for searches.
 */
export class Sweeps {
  readonly #tools: SweepsTools;
  readonly #stopHearing: () => void;
  #timer: unknown;
  /** When the timer rings, and when it rang last, on the monotonic clock. */
  #ringsAt = Number.NEGATIVE_INFINITY;
  #rangAt = Number.NEGATIVE_INFINITY;
  /** How many pages the list had last. */
  #pages = 1;
  /** Until when another instance wants sweeps, on the monotonic clock. */
  #wantedUntil = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  /** The last sweep, under way or over. They do not overlap. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whether a sweep for searches is to begin after the one that is under way. */
  #isSearchPlanned = false;
  /** When the last sweep began that adopted sessions, on the monotonic clock. */
  #adoptedAt = Number.NEGATIVE_INFINITY;

  /** Whether what the last one of those has listed is still being adopted. */
  #isAdopting = false;

  constructor(tools: SweepsTools) {
    this.#tools = tools;
    const { channel, clock, polls } = tools;
    polls.onNeed(() => this.#hasten());
    this.#stopHearing = channel.hear(
      ({ what }) => {
        if (what !== 'want') return;
        this.#wantedUntil = clock.monotonic() + WANTED_FOR;
        this.#hasten();
      },
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

  /**
   * Sweeps once, when the sweep that is under way is over. Rejects where that fails.
   *
   * @returns after how many milliseconds the next sweep should begin, where it watches.
   */
  sweep(purpose: Purpose): Promise<number | undefined> {
    const sweep = this.#last.then(() => this.#sweep(purpose));
    this.#last = sweep.catch(() => {});
    return sweep;
  }

  /** The open session that a *create* with one of these nonces made, if there is one. See {@link LostCreates}. */
  findByNonce(nonces: readonly string[]): Promise<OwnEntry | undefined> {
    const found = this.#tools.lostCreates.find(nonces);
    if (!this.#isSearchPlanned) {
      this.#isSearchPlanned = true;
      // Whoever searches is told what went wrong.
      this.sweep({ searches: true }).catch(() => {});
    }
    return found;
  }

  /** Sees whether a sweep is due, and comes back. */
  async #turn(): Promise<void> {
    const { clock } = this.#tools;
    const started = clock.monotonic();
    this.#rangAt = started;
    let delay = this.#period;
    try {
      const next = await this.#sweepIfDue();
      if (next !== undefined) delay = Math.max(0, started + next - clock.monotonic());
    } catch (error) {
      this.#tellFailure(error);
      delay = RETRY;
    }
    this.#setTimer(delay);
    if (this.#isNeeded) this.#hasten();
  }

  #tellFailure(error: unknown): void {
    this.#tools.onFailure(`Listing the open sessions failed: ${describeFailure(error)}`);
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

  /** Comes back as soon as sweeps may, for they are needed. */
  #hasten(): void {
    const at = this.#rangAt + this.#interval;
    if (at < this.#ringsAt) this.#setTimer(Math.max(0, at - this.#tools.clock.monotonic()));
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
    const { adoption, channel, clock, duty, polls } = this.#tools;
    const isFirst = !adoption.isComplete;
    // The first one is everybody's own: until then, nobody knows what they may have to look after.
    if (!isFirst && !(await duty.isMine())) {
      if (polls.needSweeps) await channel.tell({ what: 'want' });
      return undefined;
    }
    const watches = !isFirst && this.#isNeeded;
    const isDue = clock.monotonic() - this.#adoptedAt >= this.#period;
    const adopts = isFirst || (isDue && !this.#isAdopting);
    if (!watches && !adopts) return undefined;
    return this.sweep({ adopts, watches });
  }

  async #sweep(purpose: Purpose): Promise<number | undefined> {
    const { lostCreates } = this.#tools;
    const { searches } = lostCreates;
    this.#isSearchPlanned &&= !purpose.searches;
    // An earlier sweep has answered them all.
    if (purpose.searches && searches.length === 0) return undefined;
    try {
      const round = purpose.adopts ? await this.#beginAdoption() : undefined;
      const { pages, shown, total } = await this.#read(searches.length > 0, round);
      this.#pages = pages;
      const isWhole = areNearlyAll(shown.size, total);
      lostCreates.conclude(searches, isWhole);
      const next = purpose.watches ? this.#interval : undefined;
      await this.#tools.channel.tell({ what: 'end', pages, isWhole, next });
      const adopted = round?.finish(shown.size, total).finally(() => {
        this.#isAdopting = false;
      });
      // Those who watch open sessions do not wait for what the store has to do for it.
      if (purpose.watches) adopted?.catch((error) => this.#tellFailure(error));
      else await adopted;
      return next;
    } catch (error) {
      this.#isAdopting = false;
      lostCreates.fail(searches, error);
      throw error;
    }
  }

  async #read(isForSearch: boolean, round: AdoptionRound | undefined): Promise<ReadSoFar> {
    const { adoption, channel, list, lostCreates } = this.#tools;
    const isFirst = !adoption.isComplete;
    await channel.tell({ what: 'begin' });
    const isUrgent = () => isFirst || lostCreates.isSearching;
    return list.read(isFirst || isForSearch, isUrgent, async (entries) => {
      const sessions = entries.map((entry) => listedSession(entry));
      await channel.tell({
        what: 'page',
        sessions: sessions.map(({ sessionId, fields, hash }) => [sessionId, fields, hash]),
      });
      await lostCreates.look(entries);
      round?.take(entries);
    });
  }

  /** How long after the beginning of one sweep the next begins, so that the pages take no more than their share. */
  get #interval(): number {
    return Math.max(SHORTEST, this.#pages * this.#tools.pace.gap);
  }

  #beginAdoption(): Promise<AdoptionRound> {
    this.#isAdopting = true;
    this.#adoptedAt = this.#tools.clock.monotonic();
    return this.#tools.adoption.beginRound();
  }
}
