import { CLOSE_CODES, type CloseCode } from '../channel-protocol/close-codes.js';
import type { FromPage } from '../channel-protocol/control-messages.js';
import { decodeFrame } from '../channel-protocol/frame.js';
import type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
} from '../channel-protocol/seat-source.js';
import { wheelOf } from '../common/wheel.js';
import { ChannelCounts } from './channel-counts.js';
import type { ChannelTools } from './channel-tools.js';
import { LeaseKeeper } from './lease-keeper.js';
import { MOST_WAITING, type PageWire, type WireListener } from './page-wire.js';
import { RelayLink, type RelayLinkListener } from './relay-link.js';
import type { SeatEars } from './seat-ears.js';
import { CODE_OF_END } from './seat-end.js';
import type { SeatRates } from './seat-rates.js';
import { WireFlow } from './wire-flow.js';
import { datagramMessage } from './wire-messages.js';

/** How long a channel outlives its wire, in milliseconds: whoever comes back in time has the same connection id. */
const LINGER = 15_000;

/**
 * The channel of one seat: its player at the relay, and the page's wire as long as there is one. It outlives a lost
 * wire for a while. Every datagram is counted where it comes in, and where it goes or does not.
 */
export class SeatChannel implements WireListener, RelayLinkListener, SeatListener {
  readonly key: string;
  readonly counts: ChannelCounts;
  readonly #tools: ChannelTools;
  readonly #leaveWheel: () => void;
  readonly #link: RelayLink;
  readonly #rates: SeatRates;
  #document: SeatDocument;
  #seat: FollowedSeat;
  #ears: SeatEars;
  #lease: LeaseKeeper;
  #wire: PageWire | undefined;
  #newest = 0;
  #lostAt = 0;
  #isClosed = false;
  #flow: WireFlow;

  constructor(tools: ChannelTools, seat: FollowedSeat, ears: SeatEars, document: SeatDocument) {
    const { clock } = tools;
    const now = clock.monotonic();
    this.key = seat.key;
    this.#tools = tools;
    this.#seat = seat;
    this.#ears = ears;
    this.#document = document;
    this.counts = new ChannelCounts();
    const { lookup } = tools;
    this.#link = new RelayLink({ clock, lookup, counts: this.counts.peer }, this);
    this.#rates = tools.rates;
    this.#lease = new LeaseKeeper(seat.lease, async () => seat.renew(), now);
    this.#flow = new WireFlow(clock);
    this.#leaveWheel = wheelOf(clock).add(this);
    this.#lostAt = now;
  }

  /** Where the relay is, in time; `null` where it is not known. */
  get relayRoundTrip(): number | null {
    return this.#link.roundTrip;
  }

  /** Takes the wire that a page has opened, the first or a newer one. An older one, which came late, is turned away. */
  adopt(wire: PageWire, seat: FollowedSeat, ears: SeatEars, document: SeatDocument): void {
    if (wire.serial < this.#newest) {
      seat.release();
      wire.close(CLOSE_CODES.replaced, 'replaced');
      return;
    }
    const isReturn = this.#newest > 0;
    this.#newest = wire.serial;
    this.#wire?.close(CLOSE_CODES.replaced, 'replaced');
    this.#follow(seat, ears);
    // First of all: the page may have hung up meanwhile, and a wire is lost only after it was there.
    this.#tools.tell(isReturn ? 'wire-back' : 'opened');
    this.#open(wire, isReturn);
    // What was told while the wire was let in.
    if (ears.end) this.onEnd(ears.end);
    else this.onDocument(ears.document ?? document);
  }

  onDocument(document: SeatDocument): void {
    const isOther = document.role !== this.#document.role;
    this.#document = document;
    // A page has its role from the beginning of the wire.
    if (isOther) {
      this.end(CLOSE_CODES.failed, 'role');
      return;
    }
    this.#rates.set(document);
    this.#link.follow(document);
  }

  onEnd(reason: SeatEnd): void {
    this.end(CODE_OF_END[reason], reason);
  }

  onDatagram(bytes: Uint8Array, now: number): void {
    const { counts } = this;
    const frame = decodeFrame(bytes, this.#isHost);
    if (!frame) {
      this.onBadMessage();
      return;
    }
    counts.onFromPage(frame.payload.byteLength);
    if (!this.#rates.page.take(bytes.byteLength, now)) {
      counts.rate += 1;
      this.#wire?.pause();
      return;
    }
    const isFresh = this.#flow.freshness.isFresh(frame.sentAt, now);
    this.#tools.ages.add(this.#flow.freshness.lateness);
    if (isFresh) this.#link.send(frame.payload, frame.connectionId);
    else counts.late += 1;
  }

  takes(bytes: number): boolean {
    const hasRoom = this.#rates.control.take(bytes, this.#tools.clock.monotonic());
    if (!hasRoom) this.#wire?.pause();
    return hasRoom;
  }

  onControl(message: FromPage): void {
    if (message.type === 'echo') this.#flow.answered(message.id);
    else this.#wire?.send({ type: 'echo', id: message.id });
  }

  onBadMessage(): void {
    this.counts.onMalformed();
    this.end(CLOSE_CODES.badMessage, 'bad-message');
  }

  onClosed(hasLeft: boolean): void {
    if (hasLeft) this.end(CLOSE_CODES.ended, 'left');
    else this.#lose('closed');
  }

  onRelayDatagram(payload: Uint8Array, connectionId: number | undefined): void {
    const now = this.#tools.clock.monotonic();
    const { toPage } = this.counts;
    this.counts.onToPage(payload.byteLength);
    const wire = this.#wire;
    if (!this.#rates.relay.take(payload.byteLength, now)) {
      toPage.dropped.rate += 1;
      return;
    }
    if (!wire?.isOpen) {
      toPage.dropped['no-wire'] += 1;
      return;
    }
    const isFull = wire.waitingBytes > MOST_WAITING;
    const { window } = this.#flow;
    const refusal = isFull ? 'congested' : window.refusal(now);
    if (refusal) {
      toPage.dropped[refusal] += 1;
      return;
    }
    toPage.sent += 1;
    const message = datagramMessage(now, connectionId, payload);
    // A probe that is due behind it goes out with it: each write costs more than all that was done before.
    const isProbed = window.isProbeDue(message.byteLength, now);
    if (isProbed) wire.hold();
    wire.write(message);
    window.sent(message.byteLength, now);
    if (isProbed) wire.flush();
  }

  onLink(isOpen: boolean): void {
    this.#wire?.send({ type: 'state', state: isOpen ? 'open' : 'checking' });
  }

  onTrouble(): void {
    this.#seat.refresh();
  }

  onUnusable(): void {
    this.end(CLOSE_CODES.failed, 'destination');
  }

  /** @internal Sees to all that time brings. */
  turn(now: number): void {
    this.#link.turn(now);
    const wire = this.#wire;
    if (!wire) {
      if (now - this.#lostAt >= LINGER) this.end(CLOSE_CODES.silent, 'wire-lost');
      return;
    }
    if (!wire.turn(now)) {
      wire.close(CLOSE_CODES.silent, 'silent');
      this.#lose('silent');
      return;
    }
    if (this.#rates.isExhausted(now)) {
      wire.close(CLOSE_CODES.tooMany, 'rate');
      this.#lose('rate');
      return;
    }
    if (wire.isPaused && this.#rates.hasRoom(now)) wire.resume();
    this.#flow.reports.turn(wire, this.#flow.window, this, now);
    this.#lease.turn(now, wire);
  }

  /** Closes the channel, and its wire with a code. To call it twice does no harm. */
  end(code: CloseCode, why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leaveWheel();
    this.#ears.tell(undefined);
    this.#seat.release();
    this.#link.close();
    this.#wire?.close(code, why);
    this.#wire = undefined;
    this.#tools.tell('closed', why);
    this.#tools.forget(this);
  }

  get #isHost(): boolean {
    return this.#document.role === 'server';
  }

  /** The newest wire's ticket is what the seat is followed by from now on. */
  #follow(seat: FollowedSeat, ears: SeatEars): void {
    this.#ears.tell(undefined);
    if (this.#seat !== seat) this.#seat.release();
    this.#seat = seat;
    this.#ears = ears;
    const now = this.#tools.clock.monotonic();
    this.#lease = new LeaseKeeper(seat.lease, async () => seat.renew(), now);
    ears.tell(this);
  }

  #open(wire: PageWire, returned: boolean): void {
    this.#wire = wire;
    const { clock, url } = this.#tools;
    this.#flow = new WireFlow(clock, wire);
    const { role } = this.#document;
    const { received } = this.counts.fromPage;
    const { sent } = this.counts.toPage;
    wire.send({ type: 'hello', version: 1, url, role, returned, received, sent });
    wire.send({ type: 'state', state: this.#link.isOpen ? 'open' : 'checking' });
    wire.open(this);
  }

  #lose(why: string): void {
    this.#wire = undefined;
    this.#lostAt = this.#tools.clock.monotonic();
    this.#tools.tell('wire-lost', why);
  }
}
