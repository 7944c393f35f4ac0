import type { Clock } from '../../common/clock.js';

/**
 * When this instance last renewed the leases of one session. A game asks many times within one lease, and not every
 * call has to write the lease into the store.
 */
export class LeaseRenewals {
  readonly #clock: Clock;
  /** By the holder of the lease, on the monotonic clock. */
  readonly #renewedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the holder's lease was renewed here within the last `period` milliseconds. */
  isWithin(holder: string, period: number): boolean {
    const renewedAt = this.#renewedAt.get(holder);
    return renewedAt !== undefined && this.#clock.monotonic() - renewedAt < period;
  }

  /** Remembers that the holder's lease is renewed now. */
  note(holder: string): void {
    this.#renewedAt.set(holder, this.#clock.monotonic());
  }

  /** Makes the holder's next call renew their lease. */
  forget(holder: string): void {
    this.#renewedAt.delete(holder);
  }

  /** Makes everybody's next call renew their lease. */
  forgetAll(): void {
    this.#renewedAt.clear();
  }
}
