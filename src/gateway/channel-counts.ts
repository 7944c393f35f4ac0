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
  #malformed = 0;
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
    const { 'not-open': notOpen, 'too-large': tooLarge, invalid, socket } = dropped;
    // The peer refuses none that was read from a frame; if it ever does, that is counted, too.
    const malformed = this.#malformed + tooLarge + invalid;
    return {
      received: this.#fromPage,
      sent,
      dropped: { malformed, late: this.late, rate: this.rate, 'not-open': notOpen, socket },
    };
  }

  /** The page sent what could not be read: whatever it was meant for, it went nowhere. */
  onMalformed(): void {
    this.#fromPage += 1;
    this.#malformed += 1;
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
