import type { Clock } from '../../common/clock.js';
import { describeFailure, type Metrics, type Note } from '../reports/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Adoption } from './adoption.js';
import type { Chores } from './chores.js';
import type { Duty } from './duty.js';
import { inBackground } from './in-background.js';
import { LapsedLeases } from './lapsed-leases.js';
import type { Leases } from './leases.js';

/** What the {@link Reaper} works with. */
export interface ReaperOptions {
  readonly adoption: Adoption;
  readonly chores: Chores;
  /** Says whose turn it is, where several instances share a store. */
  readonly duty: Duty;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly metrics: Metrics | undefined;
  readonly note: Note;
  readonly clock: Clock;
  /** Told what went wrong, in words without secrets. */
  readonly onFailure: (message: string) => void;
}

/** How many leases, and how many chores, are seen to in one round. */
const BATCH = 20;
/** The longest time between two rounds, in milliseconds. */
const LONGEST_ROUND = 2_000;
/** The longest time between two sweeps over the list of open sessions, in milliseconds. */
const LONGEST_SWEEP = 60_000;
/** The time after which a sweep that failed is tried again, in milliseconds. */
const SWEEP_RETRY = 2_000;

/**
 * Takes away what nobody needs any more, round after round and sweep after sweep, until it is closed. Of several
 * instances that share a store, the one on duty does it for all.
 */
export class Reaper {
  readonly #options: ReaperOptions;
  readonly #lapsedLeases: LapsedLeases;
  readonly #timers = new Set<unknown>();
  #closed = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#lapsedLeases = new LapsedLeases(options);
  }

  /** Starts rounds and sweeps. Neither waits for the other: while the list fails, the store still knows what to do. */
  start(): void {
    this.#options.leases.countAnew();
    void this.#round();
    void this.#sweep();
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    void this.#options.duty.leave();
  }

  async #sweep(): Promise<void> {
    const { adoption, duty, leases, onFailure } = this.#options;
    try {
      // The first one is everybody's own: until then, nobody knows what they may have to look after.
      if (!adoption.isComplete || (await duty.isMine())) await adoption.sweep();
      this.#later(Math.min(leases.duration, LONGEST_SWEEP), () => this.#sweep());
    } catch (error) {
      onFailure(`Listing the open sessions failed: ${describeFailure(error)}`);
      this.#later(SWEEP_RETRY, () => this.#sweep());
    }
  }

  async #round(): Promise<void> {
    const { chores, duty, leases, onFailure } = this.#options;
    try {
      if (await duty.isMine()) {
        await this.#lapsedLeases.seeTo(BATCH);
        inBackground(chores.doDue(BATCH), onFailure);
      } else leases.standBy();
    } catch (error) {
      onFailure(`Looking for leases that ran out failed: ${describeFailure(error)}`);
    }
    this.#later(Math.min(leases.duration / 10, LONGEST_ROUND), () => this.#round());
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
