import { FairQueue, type Waiting } from './fair-queue.js';

/**
 * What a call of the relay session API does: it `frees` what is billed or taken (*delete*, *revoke-user*), it
 * `takes` something (*create*, *authorize-user*), or it only `asks` (*get*, *list*).
 */
export type CallKind = 'frees' | 'takes' | 'asks';

/**
 * Of this many turns at least one goes to a call that frees something, if any waits, so that no session is billed for
 * long.
 */
const ONE_FREES_OF = 4;
/** Of this many turns at least one goes to a call that only asks, if any waits. */
const ONE_ASKS_OF = 10;

/**
 * Who gets which share of the budget: the order in which calls get their turns.
 *
 * - Askers have one turn each, one after the other. So an asker with many calls makes another wait for one turn only.
 * - Calls that change something (that free or take) go before those that only ask. Of one asker's changes, those that
 *   free go first. When all who change something have had a turn, one turn goes to somebody who only asks.
 * - A quarter of the turns is kept for calls that free, and a tenth for calls that ask.
 */
export class BudgetShares<TCall extends Waiting & { readonly kind: CallKind }> {
  readonly #changes = new FairQueue<TCall>();
  readonly #asks = new FairQueue<TCall>();
  /** How many turns others had since the last one of a call that frees. */
  #sinceFrees = 0;
  /** How many turns others had since the last one of a call that asks. */
  #sinceAsks = 0;
  /** The askers who had a turn since the last one of a call that asks. */
  readonly #served = new Set<string>();

  get isEmpty(): boolean {
    return this.#changes.isEmpty && this.#asks.isEmpty;
  }

  add(call: TCall): void {
    this.#queueOf(call).add(call);
  }

  /** Takes out a call that no longer waits. */
  delete(call: TCall): void {
    this.#queueOf(call).delete(call);
  }

  /** Takes out the call whose turn it is. */
  next(): TCall | undefined {
    const call =
      this.#takeFreeThatIsDue() ??
      this.#takeAskThatIsDue() ??
      this.#changes.take() ??
      this.#asks.take();
    if (!call) return undefined;
    this.#count(call);
    // An asker has one turn at a time, for asking or for changing something.
    this.#changes.defer(call.asker);
    this.#asks.defer(call.asker);
    return call;
  }

  /** All calls that wait. */
  *[Symbol.iterator](): Generator<TCall> {
    yield* this.#changes;
    yield* this.#asks;
  }

  #takeFreeThatIsDue(): TCall | undefined {
    if (this.#sinceFrees < ONE_FREES_OF - 1) return undefined;
    return this.#changes.take(({ kind }) => kind === 'frees');
  }

  #takeAskThatIsDue(): TCall | undefined {
    if (this.#asks.isEmpty) return undefined;
    const isSureOfTurn = this.#sinceAsks >= ONE_ASKS_OF - 1;
    if (!isSureOfTurn && !this.#haveAllChangersHadTurn()) return undefined;
    const ofOneWhoOnlyAsks = this.#asks.take(({ asker }) => !this.#changes.has(asker));
    if (ofOneWhoOnlyAsks || !isSureOfTurn) return ofOneWhoOnlyAsks;
    // All who ask have changes waiting, too, which would come first: so the next asker's turn is used to ask.
    const [next] = this.#changes.askers;
    return this.#asks.take(({ asker }) => asker === next);
  }

  #haveAllChangersHadTurn(): boolean {
    return this.#changes.askers.every((asker) => this.#served.has(asker));
  }

  #count({ asker, kind }: TCall): void {
    this.#sinceFrees = kind === 'frees' ? 0 : this.#sinceFrees + 1;
    this.#sinceAsks = kind === 'asks' ? 0 : this.#sinceAsks + 1;
    if (kind === 'asks') this.#served.clear();
    else if (this.#sinceAsks < ONE_ASKS_OF) this.#served.add(asker);
  }

  #queueOf({ kind }: TCall): FairQueue<TCall> {
    return kind === 'asks' ? this.#asks : this.#changes;
  }
}
