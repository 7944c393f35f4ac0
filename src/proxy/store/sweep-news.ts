import * as v from 'valibot';
import type { Store } from './store.js';

/** A session as a list has shown it, without what it says: see `ListedSession`. */
const Shown = v.tuple([v.string(), v.number(), v.string()]);

/** Each stands for a *create*. */
const Nonces = v.array(v.string());

const Message = v.variant('what', [
  v.object({ what: v.literal('want') }),
  v.object({ what: v.literal('adopt') }),
  v.object({ what: v.literal('adopted') }),
  v.object({ what: v.literal('search'), nonces: Nonces }),
  v.object({ what: v.literal('begin'), nonces: v.optional(Nonces, () => []) }),
  v.object({ what: v.literal('page'), sessions: v.array(Shown) }),
  v.object({ what: v.literal('found'), sessionId: v.string(), webhookUrl: v.string() }),
  v.object({
    what: v.literal('end'),
    pages: v.number(),
    isWhole: v.boolean(),
    next: v.optional(v.number()),
  }),
]);

/**
 * What instances tell one another of going through the account's list. One of them does it, for all.
 *
 * - `want`: an instance watches so many open sessions that it needs sweeps.
 * - `adopt`: an instance has started, and does not know yet whether the store has all sessions that are there.
 * - `search`: an instance looks for the sessions of *creates* whose answers were lost. It is said again until a sweep
 *   begins that looks for them.
 *
 * And what the one that sweeps answers:
 *
 * - `begin`: it begins at the first page, and looks for the sessions of these *creates*.
 * - `page`: what it has read, as tuples of a session's id and what `ListedSession` has of it.
 * - `found`: a session whose webhook URL names a *create* that was looked for. Nobody has checked that yet.
 * - `end`: it is through. `isWhole` says whether the list showed nearly all sessions, and `next` after how many
 *   milliseconds it begins again, where it goes on to watch open sessions.
 * - `adopted`: all sessions that it has read are in the store.
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

  tell(news: v.InferInput<typeof Message>): Promise<void> {
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
