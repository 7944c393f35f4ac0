import { CLOSE_CODES, type CloseCode } from '../channel-protocol/close-codes.js';
import type { Echo, FromGateway, FromPage, Probe } from '../channel-protocol/control-messages.js';
import { decodeFrame } from '../channel-protocol/frame.js';
import type { Freshness } from '../channel-protocol/freshness.js';
import type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
} from '../channel-protocol/seat-source.js';
import type { WireName } from '../channel-protocol/wire-name.js';
import { wheelOf } from '../common/wheel.js';
import { ChannelCounts } from './channel-counts.js';
import type { ChannelTools } from './channel-tools.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Moving } from './moving.js';
import { MOST_WAITING, type PageWire, type WireListener } from './page-wire.js';
import type { ToPageDrop } from './passage.js';
import { RelayLink, type RelayLinkListener } from './relay-link.js';
import { SeatData, type SeatDataListener } from './seat-data.js';
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
export class SeatChannel
  implements WireListener, SeatDataListener, RelayLinkListener, SeatListener
{
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
  readonly #data: SeatData;
  readonly #moving = new Moving();
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
    this.#data = new SeatData(tools, this);
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
    this.#open(wire, isReturn);
    this.#tools.tell(isReturn ? 'wire-back' : 'opened');
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
    // The wire that replaces this one is the one that was asked for: until it is up, this one carries on.
    if (this.#moving.isOn && reason === 'replaced') {
      this.#moving.onReplaced(this.#tools.clock.monotonic());
    } else this.end(CODE_OF_END[reason], reason);
  }

  /** Asks the page to move to another gateway, at a moment on the monotonic clock. */
  moveAt(moment: number): void {
    this.#moving.begin(moment);
  }

  onDatagram(bytes: Uint8Array, now: number): void {
    if (!this.takesDatagram(bytes, now, this.#flow.freshness)) this.#wire?.pause();
  }

  takesDatagram(bytes: Uint8Array, now: number, freshness: Freshness): boolean {
    const { counts } = this;
    const frame = decodeFrame(bytes, this.#isHost);
    if (!frame) {
      this.onBadMessage();
      return true;
    }
    counts.onFromPage(frame.payload.byteLength);
    if (!this.#rates.page.take(bytes.byteLength, now)) {
      counts.rate += 1;
      return false;
    }
    const isFresh = freshness.isFresh(frame.sentAt, now);
    this.#tools.ages.add(freshness.lateness);
    if (isFresh) this.#link.send(frame.payload, frame.connectionId);
    else counts.late += 1;
    return true;
  }

  takes(bytes: number): boolean {
    const hasRoom = this.#rates.control.take(bytes, this.#tools.clock.monotonic());
    if (!hasRoom) this.#wire?.pause();
    return hasRoom;
  }

  onControl(message: FromPage): void {
    if (message.type === 'echo') this.#flow.answered(message.id);
    else if (message.type === 'offer') this.#data.offer(message);
    else if (message.type === 'back') this.#data.back(message.id);
    else this.say(this.echoOf(message));
  }

  echoOf({ id, sent }: Probe): Echo {
    const missing = sent === undefined ? undefined : sent - this.counts.fromPage.received;
    return { type: 'echo', id, missing };
  }

  sentToPage(): number {
    return this.counts.toPage.sent;
  }

  say(message: FromGateway): void {
    this.#wire?.send(message);
  }

  onMoved(wire: WireName): void {
    this.#tools.tell('moved', wire);
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
    if (!this.#rates.relay.take(payload.byteLength, now)) {
      toPage.dropped.rate += 1;
      return;
    }
    const data = this.#data.carrier;
    const refusal = data ? data.refusal(now) : this.#refusal(now);
    if (refusal) {
      toPage.dropped[refusal] += 1;
      return;
    }
    toPage.sent += 1;
    if (data) data.write(now, connectionId, payload);
    else this.#write(now, connectionId, payload);
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
    this.#data.turn(now);
    const wire = this.#wire;
    if (!wire) {
      // One that is to move does not come back here, and must not be at the relay twice.
      if (now - this.#lostAt >= (this.#moving.isOn ? 0 : LINGER))
        this.end(CLOSE_CODES.silent, 'wire-lost');
      return;
    }
    if (!wire.turn(now)) {
      wire.close(CLOSE_CODES.silent, 'silent');
      this.#lose('silent');
      return;
    }
    if (this.#rates.isExhausted(now)) {
      this.#data.close();
      wire.close(CLOSE_CODES.tooMany, 'rate');
      this.#lose('rate');
      return;
    }
    if (this.#moving.isOver(now)) {
      this.end(CLOSE_CODES.moved, 'moved');
      return;
    }
    this.#moving.turn(wire, now);
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
    this.#data.close();
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
    this.#flow = new WireFlow(clock, wire, () => this.sentToPage());
    const keeps = this.#data.keep(wire.keptKey);
    const { role } = this.#document;
    const { received } = this.counts.fromPage;
    const { sent } = this.counts.toPage;
    const hello = { version: 1, url, role, returned, received, sent } as const;
    wire.send({ type: 'hello', ...hello, ...(keeps && { keeps }) });
    wire.send({ type: 'state', state: this.#link.isOpen ? 'open' : 'checking' });
    wire.open(this);
    void this.#data.announce((message) => wire.send(message));
  }

  /** Why a datagram must not be sent by the WebSocket now. */
  #refusal(now: number): ToPageDrop | undefined {
    if (!this.#wire?.isOpen) return 'no-wire';
    return this.#wire.waitingBytes > MOST_WAITING ? 'congested' : this.#flow.window.refusal(now);
  }

  #write(now: number, connectionId: number | undefined, payload: Uint8Array): void {
    const { window } = this.#flow;
    const message = datagramMessage(now, connectionId, payload);
    // A probe that is due behind it goes out with it: each write costs more than all that was done before.
    const isProbed = window.isProbeDue(message.byteLength, now);
    if (isProbed) this.#wire?.hold();
    this.#wire?.write(message);
    window.sent(message.byteLength, now);
    if (isProbed) this.#wire?.flush();
  }

  #lose(why: string): void {
    this.#wire = undefined;
    this.#lostAt = this.#tools.clock.monotonic();
    this.#tools.tell('wire-lost', why);
  }
}
