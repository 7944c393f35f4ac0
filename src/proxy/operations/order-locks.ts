import type { Clock } from '../../common/clock.js';
import { inProgress } from '../proxy-error.js';
import type { Store } from '../store/index.js';

/**
 * How long an order keeps others off that its process comes no further with, in milliseconds. It is short, because
 * where an instance is lost a player waits that long for nothing. Where it runs out too soon all the same, because the
 * store was away, a second session is made, and deleted: of one nonce only one session is kept.
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
   * Does what no other instance may do at the same time, not even one that has other secrets.
   *
   * @param nonces - of the order, one for each secret.
   * @throws {ProxyError} 409 where another instance is at it.
   */
  async during<T>(nonces: readonly string[], work: () => Promise<T>): Promise<T> {
    const held: string[] = [];
    let timer: unknown;
    // The relay service may take longer than a process that died may keep others off.
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
      // What cannot be let go now is let go by time.
      for (const nonce of held) await this.#store.delete(lock(nonce)).catch(() => {});
    }
  }
}

const lock = (nonce: string) => `creating:${nonce}`;
