import type { Store } from '../store/index.js';

/** The store's key for the instance that is on duty. */
const ON_DUTY = 'on-duty';
/** How long an instance stays on duty without a sign of life, in milliseconds. */
const HELD = 10_000;

/**
 * The upkeep of instances that share a store: one of them is on duty, and does it for all. Where it dies, another one
 * takes over as soon as it is noticed. What is done twice does no harm, so nothing else keeps two from it.
 */
export class Duty {
  readonly #store: Store;
  readonly #instance = crypto.randomUUID();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether this instance is on duty, from now on for a few seconds more. A store that nobody shares asks nobody. */
  async isMine(): Promise<boolean> {
    if (!this.#store.isLasting) return true;
    const { length } = await this.#store.batch([
      ['ifClaimed', ON_DUTY, this.#instance, HELD],
      ['set', ON_DUTY, this.#instance, HELD],
    ]);
    return length > 0;
  }

  /** Hands over to whoever asks next. Where the store fails, they notice. */
  async leave(): Promise<void> {
    if (!this.#store.isLasting) return;
    await this.#store
      .batch([
        ['ifPresent', ON_DUTY],
        ['ifClaimed', ON_DUTY, this.#instance, HELD],
        ['delete', ON_DUTY],
      ])
      .catch(() => {});
  }
}
