import type { Clock } from '../../common/clock.js';
import { inProgress } from '../proxy-error.js';
import { Afterwards, type Store } from '../store/index.js';

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
   * @param work - gets the steps that let others at it again, which it may do together with its own last ones.
   * @throws {ProxyError} 409 where another instance is at it.
   */
  async during<T>(nonces: readonly string[], work: (unlock: Afterwards) => Promise<T>): Promise<T> {
    const locks = nonces.map(lock);
    const steps = [
      ...locks.map((key) => ['ifAbsent', key] as const),
      ...locks.map((key) => ['set', key, '1', HELD] as const),
    ];
    const { length } = await this.#store.batch(steps);
    if (length < steps.length) throw inProgress();
    const unlock = new Afterwards(
      this.#store,
      locks.map((key) => ['delete', key] as const),
    );
    // The relay service may take longer than the lock holds, so it is renewed meanwhile.
    const holdOn = () => {
      void this.#store.batch(steps.slice(locks.length)).catch(() => {});
      timer = this.#clock.setTimeout(holdOn, HELD / 3);
    };
    let timer = this.#clock.setTimeout(holdOn, HELD / 3);
    try {
      return await work(unlock);
    } finally {
      this.#clock.clearTimeout(timer);
      // A lock that cannot be deleted now runs out by itself.
      await unlock.finish().catch(() => {});
    }
  }
}

const lock = (nonce: string) => `creating:${nonce}`;
