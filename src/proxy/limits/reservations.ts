import type { Store } from '../store/index.js';
import { OneAtATime } from './one-at-a-time.js';

/** Places of which there are only so many: the seats of a session, for instance. */
export interface Places {
  /** Whose places they are. */
  readonly name: string;
  /** How many there are. */
  readonly limit: number;
  /** Returns how many are taken for good. */
  readonly taken: () => Promise<number>;
}

/** How long a place stays reserved whose process died, in milliseconds. */
const KEPT = 5 * 60_000;
/** How often a reservation looks, at most, until later ones have made way. */
const LOOKS = 6;

/**
 * Reserves places for work that will take them for good. A place is reserved in the store before the work begins, so
 * that no more players get a place than there are, however many ask at once, at however many instances. If several
 * instances reserve the last place at the same moment, the later ones make way for the first.
 */
export class Reservations {
  readonly #store: Store;
  readonly #oneAtATime = new OneAtATime();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Does work that either takes one place for good, or fails.
   *
   * @param refusal - makes what is thrown where there is no place.
   * @param reservation - names the work. If its instance was lost and another one does it again, the place that is
   * still reserved under this name is used. Default: a name that is used only once.
   */
  async during<T>(
    places: Places,
    refusal: () => Error,
    work: () => Promise<T>,
    reservation: string = crypto.randomUUID(),
  ): Promise<T> {
    const set = `reserved:${places.name}`;
    // One after the other, so that within one instance nobody has to make way.
    const isReserved = await this.#oneAtATime.run(set, () =>
      this.#reserve(set, reservation, places),
    );
    if (!isReserved) throw refusal();
    try {
      return await work();
    } finally {
      await this.#giveBack(set, reservation);
    }
  }

  /** Returns whether the place is reserved. Where it is not, nothing is left behind. */
  async #reserve(set: string, reservation: string, places: Places): Promise<boolean> {
    const now = await this.#store.now();
    let isReserved = false;
    try {
      await this.#store.takeFromSet(set, now, places.limit);
      await this.#store.addToSet(set, reservation, now + KEPT);
      isReserved = await this.#hasPlace(set, reservation, places);
      return isReserved;
    } finally {
      if (!isReserved) await this.#giveBack(set, reservation);
    }
  }

  /** Whether there is a place for a reservation that was written down. It may take some looks until that is clear. */
  async #hasPlace(set: string, reservation: string, { limit, taken }: Places): Promise<boolean> {
    for (let look = 0; look < LOOKS; look += 1) {
      // In this order: a place that is taken for good in between is then counted twice, and not overlooked.
      const reservations = await this.#store.membersOfSet(set);
      const free = limit - (await taken());
      if (reservations.length <= free) return true;
      const earlier = reservations.indexOf(reservation);
      const isTooLate = earlier >= free;
      if (isTooLate) return false;
      // There is room for it, but not for all: the later ones are about to make way.
    }
    return false;
  }

  /** Where the store fails, the reservation is forgotten in time. */
  async #giveBack(set: string, reservation: string): Promise<void> {
    await this.#store.removeFromSet(set, reservation).catch(() => {});
  }
}
