import { Afterwards, type Store, type StoreStep } from '../store/index.js';

/** Places of which there are only so many: the seats of a session, for instance. */
export interface Places {
  /** Whose places they are. */
  readonly name: string;
  /** How many there are. */
  readonly limit: number;
  /** The store's set of those that are taken for good. */
  readonly taken: string;
  /** Names the work. Where another instance does it again, the place that is still reserved is used. */
  readonly reservation: string;
  /** Makes what is thrown where there is no place. */
  readonly refusal: () => Error;
}

/** How long a place stays reserved whose process died, in milliseconds. */
const KEPT = 5 * 60_000;

/**
 * Reserves places for work that will take them for good. A place is reserved in the store before the work begins, so
 * that no more players get a place than there are, however many ask at once, at however many instances.
 */
export class Reservations {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Does work that either takes a place of each kind for good, or fails.
   *
   * @param work - gets the steps that give the places back, which it may do together with those that take them.
   */
  async during<T>(
    places: readonly [Places, ...Places[]],
    work: (release: Afterwards) => Promise<T>,
  ): Promise<T> {
    await this.#reserve(places);
    const steps = places.map(
      (place) => ['removeFromSet', setOf(place), place.reservation] as const,
    );
    const release = new Afterwards(this.#store, steps);
    try {
      return await work(release);
    } finally {
      // Where the store fails, the reservation is forgotten in time.
      await release.finish().catch(() => {});
    }
  }

  /** Reserves a place of each kind, or none. */
  async #reserve(places: readonly [Places, ...Places[]]): Promise<void> {
    const lapsed = places.map((place) => ['dropDue', setOf(place)] as const);
    const conditions = places.map(
      (place) => ['ifRoom', setOf(place), place.taken, place.limit, place.reservation] as const,
    );
    const reserve = places.map(
      (place) => ['schedule', setOf(place), place.reservation, KEPT, KEPT] as const,
    );
    const steps: StoreStep[] = [...lapsed, ...conditions, ...reserve];
    const { length } = await this.#store.batch(steps);
    if (length < steps.length) throw (places[length - lapsed.length] ?? places[0]).refusal();
  }
}

const setOf = ({ name }: Places) => `reserved:${name}`;
