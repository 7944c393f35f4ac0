import type { Store } from './store.js';
import type { StoreStep } from './store-step.js';

/**
 * What is still to be done in the store once some work is done: a lock to be opened, for instance. Work that ends with
 * a batch of its own does these steps in it; otherwise they are done by themselves.
 */
export class Afterwards {
  readonly steps: readonly StoreStep[];
  readonly #store: Pick<Store, 'batch'>;
  #areDone = false;

  constructor(store: Pick<Store, 'batch'>, steps: readonly StoreStep[]) {
    this.#store = store;
    this.steps = steps;
  }

  /** Notes that a batch of the work had them among its steps, and was done. */
  markDone(): void {
    this.#areDone = true;
  }

  /** Does them unless they are done. Rejects where the store fails. */
  async finish(): Promise<void> {
    if (this.#areDone || this.steps.length === 0) return;
    await this.#store.batch(this.steps);
  }
}
