import type { Clock } from '../../common/clock.js';
import { describeFailure, type Metrics } from '../reports/index.js';
import type { SessionRecords } from '../store/index.js';
import { type Adoption, tokenOfStranger } from './adoption.js';
import { type Chores, choreOf } from './chores.js';
import type { Lease, Leases } from './leases.js';

/** What {@link Reaper} works with. */
export interface ReaperOptions {
  readonly adoption: Adoption;
  readonly chores: Chores;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly metrics: Metrics | undefined;
  readonly clock: Clock;
  /** Told what went wrong, in words without secrets. */
  readonly onFailure: (message: string) => void;
}

/** How many leases and chores are seen to at once. */
const BATCH = 20;
/** In milliseconds. */
const LONGEST_ROUND = 2_000;
const LONGEST_SWEEP = 60_000;
const SWEEP_RETRY = 2_000;

/** Sees to it that what nobody needs any more is taken away: round after round, until it is closed. */
export class Reaper {
  readonly #options: ReaperOptions;
  readonly #timers = new Set<unknown>();
  #closed = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  /** Neither waits for the other: while the list fails, the store still knows whose leases ran out, and what to do. */
  start(): void {
    this.#options.leases.countAnew();
    void this.#round();
    void this.#sweep();
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
  }

  async #sweep(): Promise<void> {
    const { adoption, leases, onFailure } = this.#options;
    try {
      await adoption.sweep();
      this.#later(Math.min(leases.duration, LONGEST_SWEEP), () => this.#sweep());
    } catch (error) {
      onFailure(`Listing the open sessions failed: ${describeFailure(error)}`);
      this.#later(SWEEP_RETRY, () => this.#sweep());
    }
  }

  async #round(): Promise<void> {
    const { chores, leases, onFailure } = this.#options;
    try {
      const lapsed = await leases.takeLapsed(BATCH);
      this.#see(chores.doDue(BATCH));
      for (const lease of lapsed) this.#see(this.#reapOrReturn(lease));
    } catch (error) {
      onFailure(`Looking for leases that ran out failed: ${describeFailure(error)}`);
    }
    this.#later(Math.min(leases.duration / 10, LONGEST_ROUND), () => this.#round());
  }

  /** A lease that could not be seen to is there for the next round. */
  async #reapOrReturn(lease: Lease): Promise<void> {
    try {
      await this.#reap(lease);
    } catch (error) {
      await this.#options.leases.giveBack(lease);
      throw error;
    }
  }

  async #reap({ sessionId, holder }: Lease): Promise<void> {
    const { chores, metrics, records } = this.#options;
    if (await records.hasEnded(sessionId)) return;
    const stranger = tokenOfStranger(holder);
    if (stranger !== undefined) {
      const isTaken = async () => {
        const seats = await records.seats(sessionId);
        return seats.some((seat) => seat.authorizationToken === stranger);
      };
      if (await isTaken()) return;
      metrics?.onReaped('user');
      // Who comes for it at this moment takes the seat first and then looks for what is planned against it.
      this.#see(chores.doUnless({ what: 'revoke', sessionId, token: stranger }, isTaken));
      return;
    }
    const seat = await records.seat(sessionId, holder);
    if (!seat) {
      // Whoever took it away may have come no further.
      await records.forgetSeat(sessionId, holder);
      return;
    }
    metrics?.onReaped(seat.role === 'server' ? 'session' : 'user');
    const chore = choreOf(seat);
    try {
      if (chore) await chores.note(chore);
      if (seat.role === 'server') await records.end(sessionId);
      else await records.giveUpSeat(seat, 'lapsed');
    } catch (error) {
      // Where nothing is given up yet, whoever comes back before the next round must find all as it was.
      if (chore && !(await records.isGivenUp(seat))) await chores.takeBack(chore);
      throw error;
    }
    if (chore) this.#see(chores.do(chore));
  }

  /** What upstream takes its time for must not hold up the others. */
  #see(work: Promise<unknown>): void {
    work.catch((error) => this.#options.onFailure(`The store failed: ${describeFailure(error)}`));
  }

  #later(delay: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, delay);
    this.#timers.add(timer);
  }
}
