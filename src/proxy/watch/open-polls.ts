import type { Clock } from '../../common/clock.js';
import type { Polled } from './polled.js';
import type { SweepPace } from './sweep-pace.js';

/** What {@link OpenPolls} work with. */
export interface OpenPollsTools {
  readonly clock: Clock;
  readonly pace: SweepPace;
}

/** How many are asked for at once, so that a few to which the service does not answer keep no other waiting. */
const AT_ONCE = 8;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Asks for open sessions one by one when each is due, at the pace of sweeps: those that a sweep did not vouch for, and
 * all of them where no sweep watches.
 */
export class OpenPolls {
  readonly #tools: OpenPollsTools;
  readonly #polled = new Set<Polled>();
  /** Those that are due, the first to be asked for first. */
  readonly #due = new Set<Polled>();
  #asking = 0;
  #timer: unknown;
  /** When the timer rings, on the monotonic clock. */
  #ringsAt = NEVER;

  constructor(tools: OpenPollsTools) {
    this.#tools = tools;
  }

  /** How many sessions somebody waits for. */
  get size(): number {
    return this.#polled.size;
  }

  /** Takes a session in, or its new time. */
  add(polled: Polled): void {
    this.#polled.add(polled);
    this.#setTimer(polled.dueAt);
  }

  delete(polled: Polled): void {
    this.#polled.delete(polled);
    this.#due.delete(polled);
    if (this.#polled.size === 0) this.#stopTimer();
  }

  #setTimer(wanted: number): void {
    if (wanted === NEVER || this.#asking >= AT_ONCE) return;
    const { clock, pace } = this.#tools;
    const now = clock.monotonic();
    const at = Math.max(wanted, pace.readyAt, now);
    if (at >= this.#ringsAt) return;
    this.#stopTimer();
    this.#ringsAt = at;
    this.#timer = clock.setTimeout(() => {
      this.#stopTimer();
      this.#serve();
    }, at - now);
  }

  #stopTimer(): void {
    this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ringsAt = NEVER;
  }

  /** Asks for the next that is due, if it is time, and sets the timer for the one after it. */
  #serve(): void {
    const { clock, pace } = this.#tools;
    const now = clock.monotonic();
    const nextDue = this.#due.size > 0 ? now : this.#collectDue(now);
    const [first] = this.#due;
    if (first && now >= pace.readyAt && this.#asking < AT_ONCE) {
      this.#due.delete(first);
      // Somebody else may have asked for it meanwhile.
      if (this.#isDue(first, now)) void this.#ask(first);
    }
    this.#setTimer(this.#due.size > 0 ? now : nextDue);
  }

  /**
   * Puts those that are due into their line, the one that has waited longest first.
   *
   * @returns when the first of the others is due.
   */
  #collectDue(now: number): number {
    let next = NEVER;
    const due: Polled[] = [];
    for (const polled of this.#polled) {
      if (this.#isDue(polled, now)) due.push(polled);
      else if (!polled.isAsking) next = Math.min(next, polled.dueAt);
    }
    due.sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
    for (const polled of due) this.#due.add(polled);
    return next;
  }

  #isDue({ dueAt, isAsking }: Polled, now: number): boolean {
    return !isAsking && dueAt <= now;
  }

  async #ask(polled: Polled): Promise<void> {
    // It is time: this does not wait.
    void this.#tools.pace.take();
    this.#asking += 1;
    await polled.ask('sweeps');
    this.#asking -= 1;
    this.#setTimer(this.#due.size > 0 ? Number.NEGATIVE_INFINITY : polled.dueAt);
  }
}
