import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import type { PageWire } from './page-wire.js';

/** A page's way to another gateway, because this one is about to stop. Until it is there, its wire here carries on. */
export class Moving {
  /** When the page is asked to move, on the monotonic clock. */
  #askAt = Number.POSITIVE_INFINITY;
  #isOn = false;

  /** Whether the page was asked to move, or will be. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** @param askAt - when the page is to be asked, on the monotonic clock. */
  begin(askAt: number): void {
    this.#isOn = true;
    this.#askAt = askAt;
  }

  /** Asks the page, once, when it is time. */
  turn(wire: PageWire, now: number): void {
    if (now < this.#askAt) return;
    this.#askAt = Number.POSITIVE_INFINITY;
    // Through whatever stands before all gateways: a document of this process's would name this one.
    wire.send({ type: 'move', url: CHANNEL_PATH });
  }
}
