import type { Clock } from '../../common/clock.js';
import { lineTooLong } from '../proxy-error.js';
import { BudgetShares } from './budget-shares.js';
import { byClass, CALL_CLASSES, type CallClass } from './call-class.js';
import { EarnedTurns } from './earned-turns.js';
import { RecentTurns } from './recent-turns.js';

/** The share of the budget that sweeps may use, even if nobody else uses the rest. */
const SHARE_OF_SWEEPS = 1 / 4;

/** The classes that leave a reserve to the others, so that those need not wait where these use all turns. */
const LEAVE_RESERVE: ReadonlySet<CallClass> = new Set(['reads', 'sweeps']);
/** That reserve, as a share of what the budget has for one second. */
const RESERVE = 1 / 4;

/** How often it is looked for calls that wait in vain, in milliseconds. */
const CHECKED_EVERY = 100;
const NEVER = Number.POSITIVE_INFINITY;

/** A call that waits for its turn. */
interface Turn {
  readonly asker: string;
  readonly callClass: CallClass;
  /** When it has waited for too long, on the monotonic clock. */
  readonly deadline: number;
  readonly grant: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * The budget of calls to the relay session API: a number per second for the whole process, and none while the service
 * asks for a pause. If more are wanted, {@link BudgetShares} decide who comes first. Sweeps have a quarter at most, and
 * the classes that come last leave a reserve to the others.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #order = new BudgetShares<Turn>();
  readonly #turns: EarnedTurns;
  readonly #turnsOfSweeps: EarnedTurns;
  /** How many turns the classes of {@link LEAVE_RESERVE} leave. */
  readonly #reserve: number;
  readonly #recent = byClass(() => new RecentTurns());
  /** When the pause that the service asked for is over, on the monotonic clock. */
  #pausedUntil = 0;
  /** When the first that waits has waited for too long, and when it may be looked for more: on the monotonic clock. */
  #firstDeadline = NEVER;
  #nextCheck = Number.NEGATIVE_INFINITY;
  #timer: unknown;
  #isClosed = false;

  /** @param perSecond - how many calls there are per second. After a quiet second they may all be made at once. */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    const now = clock.monotonic();
    this.#turns = new EarnedTurns(perSecond, now);
    this.#turnsOfSweeps = new EarnedTurns(perSecond * SHARE_OF_SWEEPS, now);
    // A single turn is all that a small budget ever has.
    this.#reserve = Math.max(0, Math.min(perSecond * RESERVE, perSecond - 1));
  }

  /** The share of the budget that was used within the last ten seconds: from 0 to 1. */
  get used(): number {
    return Math.min(1, this.recentCalls(CALL_CLASSES) / this.#perSecond);
  }

  /** How many calls of some classes were made per second, within the last ten seconds. */
  recentCalls(classes: readonly CallClass[]): number {
    const now = this.#clock.monotonic();
    return classes.reduce((sum, each) => sum + this.#recent[each].perSecond(now), 0);
  }

  /**
   * Waits for a turn to make one call.
   *
   * @param asker - on whose behalf it is made. Askers take turns.
   * @param patience - how long it may wait, in milliseconds. Default: until the signal is aborted.
   * @throws the signal's reason, once it is aborted. An error once the budget is closed. {ProxyError} 503 as soon as it
   * shows that the call would have to wait for too long: because others came that go before it, or the service asks for
   * a pause.
   */
  take(callClass: CallClass, asker: string, signal: AbortSignal, patience = NEVER): Promise<void> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    return new Promise((resolve, reject) => {
      const abort = () => turn.refuse(signal.reason);
      const turn: Turn = {
        asker,
        callClass,
        deadline: this.#clock.monotonic() + patience,
        grant: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', abort);
          this.#order.delete(turn);
          reject(reason);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#order.add(turn);
      this.#firstDeadline = Math.min(this.#firstDeadline, turn.deadline);
      this.#serve();
    });
  }

  /**
   * How long a call would wait for its turn if it came now, in milliseconds: an estimate, from the calls that wait
   * already, the budget, and the pause that the service asked for.
   */
  waitOf(callClass: CallClass, asker: string): number {
    return this.#timeTo(this.#order.turnsBefore(callClass, asker) + 1, this.#clock.monotonic());
  }

  /** Lets no call be made for `delay` milliseconds. */
  pause(delay: number): void {
    const now = this.#clock.monotonic();
    this.#pausedUntil = Math.max(this.#pausedUntil, now + delay);
    this.#refuseInVain(now);
  }

  /** Lets no call be made any more. Those that wait for their turn are refused. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    for (const turn of this.#order) turn.refuse(closed());
  }

  /** Grants as many turns as there are calls left, and sets a timer for the others. */
  #serve(): void {
    const now = this.#clock.monotonic();
    while (now >= this.#pausedUntil && this.#turns.has(now)) {
      const turn = this.#order.next((callClass) => this.#timeUntilMayGo(callClass, now) === 0);
      if (!turn) break;
      this.#turns.take(now);
      if (turn.callClass === 'sweeps') this.#turnsOfSweeps.take(now);
      this.#recent[turn.callClass].add(now);
      turn.grant();
    }
    if (now >= Math.min(this.#nextCheck, this.#firstDeadline)) this.#refuseInVain(now);
    if (!this.#order.isEmpty) this.#serveLater(now);
  }

  /** Refuses the calls that would have to wait for too long: nobody is left to find that out by waiting. */
  #refuseInVain(now: number): void {
    this.#nextCheck = now + CHECKED_EVERY;
    this.#firstDeadline = NEVER;
    const inVain = this.#order.takeOut(({ deadline }, turnsBefore) => {
      const isInVain = now >= deadline || now + this.#timeTo(turnsBefore + 1, now) > deadline;
      if (!isInVain) this.#firstDeadline = Math.min(this.#firstDeadline, deadline);
      return isInVain;
    });
    for (const { asker, callClass, refuse } of inVain) {
      refuse(lineTooLong(this.waitOf(callClass, asker)));
    }
  }

  /** How long it takes from now until so many calls were made, in milliseconds. */
  #timeTo(calls: number, now: number): number {
    const start = Math.max(now, this.#pausedUntil);
    return start - now + this.#turns.timeTo(calls, start);
  }

  /** How long it takes until a call of a class may be made, in milliseconds, but for a pause. */
  #timeUntilMayGo(callClass: CallClass, now: number): number {
    const leavesReserve = LEAVE_RESERVE.has(callClass) && !this.#order.isDue(callClass);
    const time = this.#turns.timeTo(leavesReserve ? 1 + this.#reserve : 1, now);
    return callClass === 'sweeps' ? Math.max(time, this.#turnsOfSweeps.timeTo(1, now)) : time;
  }

  #serveLater(now: number): void {
    const times = this.#order.waiting.map((callClass) => this.#timeUntilMayGo(callClass, now));
    const next = Math.max(Math.min(...times), this.#pausedUntil - now);
    const delay = Math.max(1, Math.min(next, this.#firstDeadline - now));
    // Anew, because a call that came just now may go sooner than those that wait.
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#serve(), delay);
  }
}

const closed = () => new Error('The proxy was stopped.');
