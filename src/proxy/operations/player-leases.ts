import type { Leases } from '../upkeep/index.js';
import type { SessionWatcher } from '../watch/index.js';

/** A lease is written again once this part of it is used up. */
const RENEW_AFTER = 1 / 8;

/** Renews leases, and remembers when, so that not every call of a player has to write to the store. */
export class PlayerLeases {
  readonly #leases: Leases;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** Whether the holder's lease was renewed a moment ago. */
  isFresh({ renewals }: SessionWatcher, holder: string): boolean {
    return renewals.isWithin(holder, this.#leases.duration * RENEW_AFTER);
  }

  /** Renews the holder's lease, unless that was done a moment ago. */
  async renew(watcher: SessionWatcher, holder: string): Promise<void> {
    if (this.isFresh(watcher, holder)) return;
    this.note(watcher, holder);
    try {
      await this.#leases.renew({ sessionId: watcher.sessionId, holder });
    } catch (error) {
      // The store did not take the renewal, so the next call must try again.
      watcher.renewals.forget(holder);
      throw error;
    }
  }

  /** Remembers that the holder's lease was written just now. */
  note(watcher: SessionWatcher, holder: string): void {
    watcher.renewals.note(holder);
  }

  /** Shortens the holder's lease. Their next call, if there is one, gives it its full length again. */
  async shorten(watcher: SessionWatcher, holder: string, duration: number): Promise<void> {
    const { sessionId } = watcher;
    const shortened = Math.min(duration, this.#leases.duration);
    await this.#leases.renew({ sessionId, holder }, shortened);
    watcher.renewals.forget(holder);
  }
}
