import type { Clock } from '../../common/clock.js';
import { inProgress } from '../proxy-error.js';
import type { Store } from '../store/index.js';

/**
 * How long a lock holds if its process is lost, in milliseconds. It is short, because a player waits so long for
 * nothing then. If it runs out too soon, because the store was away, a second session is made. That one is deleted
 * again, because each nonce keeps only one session.
 */
const HELD = 6_000;

/** Sees to it that only one instance at a time carries an order out. */
export class OrderLocks {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Does work that no other instance may do at the same time, not even one with other secrets.
   *
   * @param nonces - of the order, one for each secret.
   * @throws {ProxyError} 409 where another instance is at it.
   */
  async during<T>(nonces: readonly string[], work: () => Promise<T>): Promise<T> {
    const held: string[] = [];
    let timer: unknown;
    // The relay service may take longer than the lock holds, so it is renewed meanwhile.
    const holdOn = () => {
      for (const nonce of held) void this.#store.set(lock(nonce), '1', HELD).catch(() => {});
      timer = this.#clock.setTimeout(holdOn, HELD / 3);
    };
    try {
      for (const nonce of nonces) {
        if (!(await this.#store.setIfAbsent(lock(nonce), '1', HELD))) throw inProgress();
        held.push(nonce);
      }
      timer = this.#clock.setTimeout(holdOn, HELD / 3);
      return await work();
    } finally {
      this.#clock.clearTimeout(timer);
      // A lock that cannot be deleted now runs out by itself.
      for (const nonce of held) await this.#store.delete(lock(nonce)).catch(() => {});
    }
  }
}

const lock = (nonce: string) => `creating:${nonce}`;
