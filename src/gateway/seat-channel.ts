import { CLOSE_CODES, type CloseCode } from '../channel-protocol/close-codes.js';
import type { Echo, FromGateway, FromPage, Probe } from '../channel-protocol/control-messages.js';
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
import { Following } from './following.js';
import { FromPageSide } from './from-page.js';
import { Moving } from './moving.js';
import type { PageWire, WireListener } from './page-wire.js';
import { RelayLink, type RelayLinkListener } from './relay-link.js';
import { SeatData, type SeatDataListener } from './seat-data.js';
import type { SeatEars } from './seat-ears.js';
import { CODE_OF_END } from './seat-end.js';
import type { SeatRates } from './seat-rates.js';
import { SocketLane } from './socket-lane.js';

/** How long a channel outlives its wire, in milliseconds: whoever comes back in time has the same connection id. */
const LINGER = 15_000;

/**
 * The channel of one seat: its player at the relay, and the page's wires as long as there are some. It outlives a lost
 * WebSocket for a while. Every datagram is counted where it comes in, and where it goes or does not.
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
  readonly #following: Following;
  /** The newest WebSocket of the page's, while there is one. */
  #lane: SocketLane | undefined;
  readonly #data: SeatData;
  readonly #fromPage: FromPageSide;
  readonly #moving = new Moving();
  #newest = 0;
  #lostAt = 0;
  #isClosed = false;

  constructor(tools: ChannelTools, seat: FollowedSeat, ears: SeatEars, document: SeatDocument) {
    const { clock } = tools;
    this.key = seat.key;
    this.#tools = tools;
    this.#following = new Following(clock, seat, ears);
    this.#document = document;
    this.counts = new ChannelCounts();
    const { lookup } = tools;
    this.#link = new RelayLink({ clock, lookup, counts: this.counts.peer }, this);
    this.#rates = tools.rates;
    this.#fromPage = new FromPageSide(tools, this.counts, this.#link);
    this.#data = new SeatData(tools, this);
    this.#leaveWheel = wheelOf(clock).add(this);
    this.#lostAt = clock.monotonic();
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
    this.#lane?.wire.close(CLOSE_CODES.replaced, 'replaced');
    this.#following.follow(seat, ears, this);
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
    const lane = this.#lane;
    if (lane && !this.takesDatagram(bytes, now, lane.flow.freshness)) lane.wire.pause();
  }

  takesDatagram(bytes: Uint8Array, now: number, freshness: Freshness): boolean {
    const intake = this.#fromPage.take(bytes, this.#isHost, now, freshness);
    if (intake === 'malformed') this.onBadMessage();
    return intake !== 'too-many';
  }

  takes(bytes: number): boolean {
    const hasRoom = this.#fromPage.takesOther(bytes);
    if (!hasRoom) this.#lane?.wire.pause();
    return hasRoom;
  }

  onControl(message: FromPage): void {
    if (message.type === 'echo') this.#lane?.flow.answered(message.id);
    else if (message.type === 'offer') this.#data.offer(message);
    else if (message.type === 'back') this.#data.back(message.id);
    else this.say(this.echoOf(message));
  }

  echoOf(probe: Probe): Echo {
    return this.#fromPage.echoOf(probe);
  }

  sentToPage(): number {
    return this.counts.toPage.sent;
  }

  say(message: FromGateway): void {
    this.#lane?.wire.send(message);
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
    const lane = this.#data.carrier ?? this.#lane;
    const refusal = lane ? lane.refusal(now) : 'no-wire';
    if (refusal) {
      toPage.dropped[refusal] += 1;
      return;
    }
    // Counted before it goes: a probe that goes out behind it says how many were sent.
    toPage.sent += 1;
    lane?.write(now, connectionId, payload);
  }

  onLink(isOpen: boolean): void {
    this.say({ type: 'state', state: isOpen ? 'open' : 'checking' });
  }

  onTrouble(): void {
    this.#following.refresh();
  }

  onUnusable(): void {
    this.end(CLOSE_CODES.failed, 'destination');
  }

  /** @internal Sees to all that time brings. */
  turn(now: number): void {
    this.#link.turn(now);
    this.#data.turn(now);
    if (!this.#lane) {
      // One that is to move does not come back here, and must not be at the relay twice.
      const linger = this.#moving.isOn ? 0 : LINGER;
      if (now - this.#lostAt >= linger) this.end(CLOSE_CODES.silent, 'wire-lost');
      return;
    }
    const { flow, wire } = this.#lane;
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
    flow.reports.turn(wire, flow.window, this, now);
    this.#following.turn(now, wire);
  }

  /** Closes the channel, and its wire with a code. To call it twice does no harm. */
  end(code: CloseCode, why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leaveWheel();
    this.#following.release();
    this.#link.close();
    this.#data.close();
    this.#lane?.wire.close(code, why);
    this.#lane = undefined;
    this.#tools.tell('closed', why);
    this.#tools.forget(this);
  }

  get #isHost(): boolean {
    return this.#document.role === 'server';
  }

  #open(wire: PageWire, returned: boolean): void {
    const { clock, url } = this.#tools;
    this.#lane = new SocketLane(wire, clock, () => this.sentToPage());
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

  #lose(why: string): void {
    this.#lane = undefined;
    this.#lostAt = this.#tools.clock.monotonic();
    this.#tools.tell('wire-lost', why);
  }
}
