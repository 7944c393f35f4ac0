import type { FollowedSeat, SeatListener } from '../channel-protocol/seat-source.js';
import type { Clock } from '../common/clock.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { PageWire } from './page-wire.js';
import type { SeatEars } from './seat-ears.js';

/** How a channel follows its seat: by the ticket of its page's newest WebSocket. */
export class Following {
  readonly #clock: Clock;
  #seat: FollowedSeat;
  #ears: SeatEars;
  #lease: LeaseKeeper;

  constructor(clock: Clock, seat: FollowedSeat, ears: SeatEars) {
    this.#clock = clock;
    this.#seat = seat;
    this.#ears = ears;
    this.#lease = this.#keepLease();
  }

  /** A newer ticket is what the seat is followed by from now on, and `listener` is told. */
  follow(seat: FollowedSeat, ears: SeatEars, listener: SeatListener): void {
    this.#ears.tell(undefined);
    if (this.#seat !== seat) this.#seat.release();
    this.#seat = seat;
    this.#ears = ears;
    this.#lease = this.#keepLease();
    ears.tell(listener);
  }

  /** Asks the source to look upstream soon. */
  refresh(): void {
    this.#seat.refresh();
  }

  /** Renews the lease where that is due. */
  turn(now: number, wire: PageWire): void {
    this.#lease.turn(now, wire);
  }

  release(): void {
    this.#ears.tell(undefined);
    this.#seat.release();
  }

  #keepLease(): LeaseKeeper {
    const seat = this.#seat;
    return new LeaseKeeper(seat.lease, async () => seat.renew(), this.#clock.monotonic());
  }
}
