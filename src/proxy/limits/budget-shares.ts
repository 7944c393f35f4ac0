import { FairQueue, type Waiting } from './fair-queue.js';

/**
 * What a call of the relay session API does: it `frees` what is billed or taken (*delete*, *revoke-user*), it
 * `takes` something (*create*, *authorize-user*), or it only `asks` (*get*, *list*).
 */
export type CallKind = 'frees' | 'takes' | 'asks';

/** Of so many turns one goes to what frees, if any of that waits: whoever else waits, no session is billed for long. */
const ONE_FREES_OF = 4;
/** Of so many turns one goes to what asks, if any of that waits. */
const ONE_ASKS_OF = 10;

/**
 * The order in which calls get their turns.
 *
 * - Askers have one turn each, one after the other. So whoever asks for a lot makes another wait for one more turn.
 * - What changes something goes before what only asks, and of one asker's changes what frees goes first. When all
 *   who change something have had a turn, one goes to somebody who only asks.
 * - What frees is sure of a quarter of the turns, what asks of a tenth.
 */
export class BudgetShares<TCall extends Waiting & { readonly kind: CallKind }> {
  readonly #changes = new FairQueue<TCall>();
  readonly #asks = new FairQueue<TCall>();
  /** Turns since the last that went to what frees. */
  #sinceFrees = 0;
  /** Turns since the last that went to what asks. */
  #sinceAsks = 0;
  /** Who had those turns. */
  readonly #served = new Set<string>();

  get isEmpty(): boolean {
    return this.#changes.isEmpty && this.#asks.isEmpty;
  }

  add(call: TCall): void {
    this.#queueOf(call).add(call);
  }

  /** It waits no longer. */
  delete(call: TCall): void {
    this.#queueOf(call).delete(call);
  }

  /** Takes out the call whose turn it is. */
  next(): TCall | undefined {
    const call =
      this.#overdueFree() ?? this.#overdueAsk() ?? this.#changes.take() ?? this.#asks.take();
    if (!call) return undefined;
    this.#count(call);
    // One turn is one turn, whatever it was used for.
    this.#changes.defer(call.asker);
    this.#asks.defer(call.asker);
    return call;
  }

  /** All that wait. */
  *[Symbol.iterator](): Generator<TCall> {
    yield* this.#changes;
    yield* this.#asks;
  }

  #overdueFree(): TCall | undefined {
    if (this.#sinceFrees < ONE_FREES_OF - 1) return undefined;
    return this.#changes.take(({ kind }) => kind === 'frees');
  }

  #overdueAsk(): TCall | undefined {
    if (this.#asks.isEmpty) return undefined;
    const changing = this.#changes.askers;
    const isDue = this.#sinceAsks >= ONE_ASKS_OF - 1;
    if (!isDue && changing.some((asker) => !this.#served.has(asker))) return undefined;
    const ofOthers = this.#asks.take(({ asker }) => !this.#changes.has(asker));
    if (ofOthers || !isDue) return ofOthers;
    // Who has changes waiting as well would rather have those done, but in the end uses a turn of theirs to ask.
    const [next] = changing;
    return this.#asks.take(({ asker }) => asker === next);
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
