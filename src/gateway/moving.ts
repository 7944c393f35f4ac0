import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import type { PageWire } from './page-wire.js';

/** A handshake takes this long at most, in milliseconds: a page whose next wire was heard of has it by then. */
const ARRIVED_WITHIN = 5_000;

/** A page's way to another gateway, because this one is about to stop. Until it is there, its wire here carries on. */
export class Moving {
  /** When the page is asked to move, on the monotonic clock. */
  #askAt = Number.POSITIVE_INFINITY;
  #isOn = false;
  /** When its next wire is there for sure, on the monotonic clock. */
  #endAt = Number.POSITIVE_INFINITY;

  /** Whether the page was asked to move, or will be. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** @param askAt - when the page is to be asked, on the monotonic clock. */
  begin(askAt: number): void {
    this.#isOn = true;
    this.#askAt = askAt;
  }

  /** Another gateway has a wire of the page's, or will have it soon. The page closes this one when it is there. */
  onReplaced(now: number): void {
    this.#endAt = Math.min(this.#endAt, now + ARRIVED_WITHIN);
  }

  /** Whether the page has had time enough since its next wire was heard of. */
  isOver(now: number): boolean {
    return now >= this.#endAt;
  }

  /** Asks the page, once, when it is time. */
  turn(wire: PageWire, now: number): void {
    if (now < this.#askAt) return;
    this.#askAt = Number.POSITIVE_INFINITY;
    // Through whatever stands before all gateways: a document of this process's would name this one.
    wire.send({ type: 'move', url: CHANNEL_PATH });
  }
}
