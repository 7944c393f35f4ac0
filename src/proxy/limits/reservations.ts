import type { Store } from '../store/index.js';
import { OneAtATime } from './one-at-a-time.js';

/** Places of which there are only so many. */
export interface Places {
  /** Whose they are. */
  readonly name: string;
  readonly limit: number;
  /** How many are taken for good. */
  readonly taken: () => Promise<number>;
}

/** How long a place is kept for work whose process died, in milliseconds. */
const KEPT = 5 * 60_000;
/** How often whoever came first looks whether the others have made way. */
const LOOKS = 6;

/**
 * Keeps places for work that is on its way to take them. A place counts before the work begins, in the store:
 * so however many ask at once, at however many instances, no more get one than there are. Where several
 * instances ask for the last one at the same moment, those who came later make way for the first.
 */
export class Reservations {
  readonly #store: Store;
  readonly #queues = new OneAtATime();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Does work that takes one place for good, or fails.
   *
   * @param refusal - what is thrown where there is no place.
   * @param reservation - stands for the work: repeated elsewhere, because the instance that did it was lost, it has
   * the place that is still kept for it. Default: for this once.
   */
  async during<T>(
    places: Places,
    refusal: () => Error,
    work: () => Promise<T>,
    reservation: string = crypto.randomUUID(),
  ): Promise<T> {
    const set = `reserved:${places.name}`;
    // In one instance they do not get into each other's way: who comes first gets the place.
    const isKept = await this.#queues.run(set, () => this.#keep(set, reservation, places));
    if (!isKept) throw refusal();
    try {
      return await work();
    } finally {
      await this.#giveBack(set, reservation);
    }
  }

  async #keep(set: string, reservation: string, { limit, taken }: Places): Promise<boolean> {
    const now = await this.#store.now();
    let isKept = false;
    try {
      await this.#store.takeFromSet(set, now, limit);
      await this.#store.addToSet(set, reservation, now + KEPT);
      for (let look = 0; look < LOOKS && !isKept; look += 1) {
        // In this order: a place that is taken for good meanwhile counts twice rather than not at all.
        const kept = await this.#store.membersOfSet(set);
        const free = limit - (await taken());
        isKept = kept.length <= free;
        if (kept.indexOf(reservation) >= free) break;
      }
      return isKept;
    } finally {
      if (!isKept) await this.#giveBack(set, reservation);
    }
  }

  /** One that cannot be given back now is forgotten by itself. */
  async #giveBack(set: string, reservation: string): Promise<void> {
    await this.#store.removeFromSet(set, reservation).catch(() => {});
  }
}
