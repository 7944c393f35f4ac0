import * as v from 'valibot';
import type { Store } from './store.js';

/** A session as a list has shown it, without what it says: see `ListedSession`. */
const Shown = v.tuple([v.string(), v.number(), v.string()]);

const Message = v.variant('what', [
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
 * What the instance that goes through the account's list tells all instances.
 *
 * - `begin`: it begins at the first page.
 * - `page`: what it has read, as tuples of a session's id and what `ListedSession` has of it.
 * - `end`: it is through. `isWhole` says whether the list showed nearly all sessions, and `next` after how many
 *   milliseconds it begins again, where it goes on to watch open sessions.
 */
export type SweepNews = v.InferOutput<typeof Message>;

const CHANNEL = 'sweeps';
/** The store's key for the wish of an instance that another one sweeps for it. */
const WANTED = 'sweeps-wanted';
/** How long a wish lasts, in milliseconds: some times longer than until the next one. */
const WANTED_FOR = 60_000;

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

  /** Asks the instance on duty to sweep as often as open sessions need it, for a minute. */
  want(): Promise<void> {
    return this.#store.set(WANTED, '1', WANTED_FOR);
  }

  /** Whether an instance has asked for it within the last minute. */
  async isWanted(): Promise<boolean> {
    return (await this.#store.get(WANTED)) !== undefined;
  }
}
