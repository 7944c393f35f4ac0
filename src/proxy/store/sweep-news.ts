import * as v from 'valibot';
import type { Store } from './store.js';

/** A session as a list has shown it, without what it says: see `ListedSession`. */
const Shown = v.tuple([v.string(), v.number(), v.string()]);

const Message = v.variant('what', [
  v.object({ what: v.literal('want') }),
  v.object({ what: v.literal('begin') }),
  v.object({ what: v.literal('page'), sessions: v.array(Shown) }),
  v.object({
    what: v.literal('end'),
    pages: v.number(),
    isWhole: v.boolean(),
    next: v.optional(v.number()),
  }),
]);

/**
 * What instances tell one another of going through the account's list.
 *
 * - `want`: an instance watches so many open sessions that it needs sweeps.
 * - `begin`: it begins at the first page.
 * - `page`: what it has read, as tuples of a session's id and what `ListedSession` has of it.
 * - `end`: it is through. `isWhole` says whether the list showed nearly all sessions, and `next` after how many
 *   milliseconds it begins again, where it goes on to watch open sessions.
 */
export type SweepNews = v.InferOutput<typeof Message>;

const CHANNEL = 'sweeps';
/** What a message holds. */
const Text = v.pipe(v.string(), v.parseJson(), Message);

/** The news of sweeps, among instances that share a store. */
export class SweepChannel {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  tell(news: SweepNews): Promise<void> {
    return this.#store.publish(CHANNEL, JSON.stringify(news));
  }

  /**
   * Hears what is told, until the function that it returns is called.
   *
   * @param onMissed - called when something may have been said that was not heard.
   */
  hear(listener: (news: SweepNews) => void, onMissed: () => void): () => void {
    const read = (message: string) => {
      // Another version of the proxy may tell more.
      const news = v.safeParse(Text, message);
      if (news.success) listener(news.output);
    };
    return this.#store.subscribe(CHANNEL, read, onMissed);
  }
}
