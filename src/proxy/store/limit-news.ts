import * as v from 'valibot';
import type { Store } from './store.js';

/** Names, each with a number. */
const Counts = v.array(v.tuple([v.string(), v.number()]));

const Message = v.variant('what', [
  v.object({
    what: v.literal('held'),
    by: v.string(),
    isAll: v.boolean(),
    counts: Counts,
  }),
  v.object({ what: v.literal('spent'), by: v.string(), counts: Counts }),
]);

/**
 * What instances tell one another of what they count. `by` names the one that tells.
 *
 * - `held`: so many of something are there under each name, now. `isAll` says that there is none under any other name.
 * - `spent`: something happened so many times more under each name.
 */
export type LimitNews = v.InferOutput<typeof Message>;

const CHANNEL = 'limits';
/** What a message holds. */
const Text = v.pipe(v.string(), v.parseJson(), Message);

/** The news of what is limited, among instances that share a store. */
export class LimitChannel {
  readonly #store: Store;
  /** Tells this instance from the others. */
  readonly #instance = crypto.randomUUID();

  constructor(store: Store) {
    this.#store = store;
  }

  tellHeld(counts: Iterable<[string, number]>, isAll: boolean): Promise<void> {
    return this.#tell({ what: 'held', by: this.#instance, isAll, counts: [...counts] });
  }

  tellSpent(counts: Iterable<[string, number]>): Promise<void> {
    return this.#tell({ what: 'spent', by: this.#instance, counts: [...counts] });
  }

  /** Hears what other instances tell, until the function that it returns is called. */
  hear(listener: (news: LimitNews) => void): () => void {
    return this.#store.subscribe(CHANNEL, (message) => {
      // Another version of the proxy may tell more.
      const news = v.safeParse(Text, message);
      if (news.success && news.output.by !== this.#instance) listener(news.output);
    });
  }

  #tell(news: LimitNews): Promise<void> {
    return this.#store.publish(CHANNEL, JSON.stringify(news));
  }
}
