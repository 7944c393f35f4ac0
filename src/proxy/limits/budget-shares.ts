import { byClass, CALL_CLASSES, type CallClass } from './call-class.js';
import { FairQueue, type Waiting } from './fair-queue.js';

/** Of this many turns at least one goes to each class of calls, if any of them waits. */
const ONE_OF = 10;

/** A call that waits for its turn. */
interface WaitingCall extends Waiting {
  readonly callClass: CallClass;
}

/**
 * Who gets which share of the budget: the order in which calls get their turns.
 *
 * - Each class of calls is sure of a tenth of the turns. The rest goes to the first class of {@link CALL_CLASSES} of
 *   which a call waits.
 * - Within a class askers have one turn each, one after the other. So an asker with many calls makes another wait for
 *   one turn of that class. An asker who had a turn in one class goes behind the others in all of them.
 */
export class BudgetShares<TCall extends WaitingCall> {
  readonly #lines = byClass(() => new FairQueue<TCall>());
  /** How many turns others had since the last one of each class. */
  readonly #turnsSince = byClass(() => 0);

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** The classes of which a call waits. */
  get waiting(): CallClass[] {
    return CALL_CLASSES.filter((each) => this.#lines[each].size > 0);
  }

  /** Whether a class has had no turn for so long that the next is its own. */
  isDue(callClass: CallClass): boolean {
    return this.#turnsSince[callClass] >= ONE_OF - 1;
  }

  add(call: TCall): void {
    this.#lines[call.callClass].add(call);
  }

  /** Takes out a call that no longer waits. */
  delete(call: TCall): void {
    this.#lines[call.callClass].delete(call);
  }

  /**
   * Takes out the call whose turn it is.
   *
   * @param mayGo - whether calls of a class may be made now. Default: all may.
   */
  next(mayGo: (callClass: CallClass) => boolean = () => true): TCall | undefined {
    const waiting = this.waiting.filter((each) => mayGo(each));
    const callClass = this.#longestOverdue(waiting) ?? waiting[0];
    const call = callClass && this.#lines[callClass].take();
    if (!call) return undefined;
    for (const each of CALL_CLASSES) {
      this.#turnsSince[each] += 1;
      this.#lines[each].defer(call.asker);
    }
    this.#turnsSince[callClass] = 0;
    return call;
  }

  /** How many turns come before that of a call which is added now, if no other is added after it: an estimate. */
  turnsBefore(callClass: CallClass, asker: string): number {
    const ofItsClass = this.#lines[callClass].before(asker);
    return Math.min(this.#turnsInOrder(callClass, ofItsClass), ofItsClass * ONE_OF + ONE_OF - 1);
  }

  /**
   * Takes out the calls that have waited in vain.
   *
   * @param isInVain - whether a call waits in vain that gets its turn after so many others, at the soonest.
   */
  takeOut(isInVain: (call: TCall, turnsBefore: number) => boolean): TCall[] {
    const taken: TCall[] = [];
    for (const callClass of CALL_CLASSES) {
      let ofItsClass = 0;
      for (const call of this.#lines[callClass].inOrder()) {
        if (isInVain(call, this.#soonest(callClass, ofItsClass))) {
          taken.push(call);
          this.delete(call);
        } else ofItsClass += 1;
      }
    }
    return taken;
  }

  /** How many turns come at least before a call that waits, before which so many others of its class come. */
  #soonest(callClass: CallClass, ofItsClass: number): number {
    const untilDue = Math.max(0, ONE_OF - 1 - this.#turnsSince[callClass]);
    const inOrder = this.#turnsInOrder(callClass, ofItsClass);
    // Each class behind it may have had the turn that it is sure of just before.
    const classesBehind = CALL_CLASSES.length - 1 - CALL_CLASSES.indexOf(callClass);
    return Math.max(0, Math.min(inOrder - classesBehind, ofItsClass * ONE_OF + untilDue));
  }

  /** How many turns come before that of a call, before which so many others of its class come: an estimate. */
  #turnsInOrder(callClass: CallClass, ofItsClass: number): number {
    const place = CALL_CLASSES.indexOf(callClass);
    const first = this.#length(CALL_CLASSES.slice(0, place)) + ofItsClass;
    // Meanwhile each class behind it has the turns that it is sure of.
    const tenth = Math.floor(first / (ONE_OF - 1));
    const behind = CALL_CLASSES.slice(place + 1).map((each) =>
      Math.min(tenth, this.#lines[each].size),
    );
    return behind.reduce((sum, turns) => sum + turns, first);
  }

  /** All calls that wait. */
  *[Symbol.iterator](): Generator<TCall> {
    for (const each of CALL_CLASSES) yield* this.#lines[each];
  }

  /** The class that has had no turn for the longest time, if a turn is due to it. */
  #longestOverdue(classes: readonly CallClass[]): CallClass | undefined {
    const due = classes.filter((each) => this.isDue(each));
    const [first] = due.sort((one, other) => this.#turnsSince[other] - this.#turnsSince[one]);
    return first;
  }

  #length(classes: readonly CallClass[]): number {
    return classes.reduce((sum, each) => sum + this.#lines[each].size, 0);
  }
}
