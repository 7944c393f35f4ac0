import type { Clock } from '../../common/clock.js';
import { describeFailure, type Metrics, type Note } from '../reports/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Chores } from './chores.js';
import type { Duty } from './duty.js';
import { inBackground } from './in-background.js';
import { LapsedLeases } from './lapsed-leases.js';
import type { Leases } from './leases.js';
import type { Sweeps } from './sweeps.js';

/** What the {@link Reaper} works with. */
export interface ReaperOptions {
  readonly chores: Chores;
  /** Says whose turn it is, where several instances share a store. */
  readonly duty: Duty;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly sweeps: Pick<Sweeps, 'start' | 'close'>;
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
    const { leases, sweeps } = this.#options;
    leases.countAnew();
    void this.#round();
    sweeps.start();
  }

  close(): void {
    this.#closed = true;
    this.#options.sweeps.close();
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    void this.#options.duty.leave();
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
