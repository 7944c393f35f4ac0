import { PeerCounts } from '../peer/index.js';
import { type FromPageDrop, type Passage, ToPageCounts } from './passage.js';

/** Counts what passes one seat's channel, over all its wires and relays. */
export class ChannelCounts {
  /** What the relay's peers did, one after the other. */
  readonly peer = new PeerCounts();
  readonly toPage = new ToPageCounts();
  /** Datagrams from the page that came too late, and too many. */
  late = 0;
  rate = 0;
  #fromPage = 0;
  /** Bytes of payload that came in. */
  bytesFromPage = 0;
  bytesToPage = 0;

  /** Datagrams that came in so far, in both directions. */
  get received(): number {
    return this.#fromPage + this.toPage.received;
  }

  get fromPage(): Passage<FromPageDrop> & { dropped: Record<FromPageDrop, number> } {
    const { sent, dropped } = this.peer;
    const { 'not-open': notOpen, socket } = dropped;
    return {
      received: this.#fromPage,
      sent,
      dropped: { late: this.late, rate: this.rate, 'not-open': notOpen, socket },
    };
  }

  onFromPage(bytes: number): void {
    this.#fromPage += 1;
    this.bytesFromPage += bytes;
  }

  onToPage(bytes: number): void {
    this.toPage.received += 1;
    this.bytesToPage += bytes;
  }
}
