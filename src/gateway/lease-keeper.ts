import type { PageWire } from './page-wire.js';

/** Of a lease, the part after which it is renewed. */
const RENEWED_AFTER = 1 / 4;
/** Of a lease, the part after which a renewal that failed is tried again. */
const TRIED_AGAIN_AFTER = 1 / 16;

/** Within which time the browser, and the page's own script, must have been heard for the seat to be renewed. */
const BROWSER_HEARD = 10_000;
const SCRIPT_HEARD = 600_000;

/** Renews a seat's lease, a quarter of it after the last time; as soon as it may where it might not then. */
export class LeaseKeeper {
  readonly #lease: number;
  readonly #renew: () => Promise<void>;
  #dueAt: number;

  /**
   * @param lease - in milliseconds.
   * @param now - the lease is renewed for the first time at once: whoever opens a wire is there.
   */
  constructor(lease: number, renew: () => Promise<void>, now: number) {
    this.#lease = lease;
    this.#renew = renew;
    this.#dueAt = now;
  }

  /** Renews the lease where that is due, and the player was heard by their wire. */
  turn(now: number, { heardAt, spokeAt }: Pick<PageWire, 'heardAt' | 'spokeAt'>): void {
    const isThere = now - heardAt < BROWSER_HEARD && now - spokeAt < SCRIPT_HEARD;
    if (!isThere || now < this.#dueAt) return;
    this.#dueAt = now + this.#lease * RENEWED_AFTER;
    this.#renew().catch(() => {
      this.#dueAt = Math.min(this.#dueAt, now + this.#lease * TRIED_AGAIN_AFTER);
    });
  }
}
