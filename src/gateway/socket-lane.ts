import type { Clock } from '../common/clock.js';
import { MOST_WAITING, type PageWire } from './page-wire.js';
import type { ToPageDrop } from './passage.js';
import { WireFlow } from './wire-flow.js';
import { datagramMessage } from './wire-messages.js';

/** A page's WebSocket as a way for datagrams: beside the wire itself, how they fare on it. */
export class SocketLane {
  readonly wire: PageWire;
  readonly flow: WireFlow;

  /** @param sent - How many datagrams went to the page so far, by all wires. */
  constructor(wire: PageWire, clock: Clock, sent: () => number) {
    this.wire = wire;
    this.flow = new WireFlow(clock, wire, sent);
  }

  /** Why a datagram must not be sent now. */
  refusal(now: number): ToPageDrop | undefined {
    if (!this.wire.isOpen) return 'no-wire';
    return this.wire.waitingBytes > MOST_WAITING ? 'congested' : this.flow.window.refusal(now);
  }

  write(now: number, connectionId: number | undefined, payload: Uint8Array): void {
    const { window } = this.flow;
    const message = datagramMessage(now, connectionId, payload);
    // A probe that is due behind it goes out with it: each write costs more than all that was done before.
    const isProbed = window.isProbeDue(message.byteLength, now);
    if (isProbed) this.wire.hold();
    this.wire.write(message);
    window.sent(message.byteLength, now);
    if (isProbed) this.wire.flush();
  }
}
