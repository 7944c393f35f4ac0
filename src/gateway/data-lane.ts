import {
  type Echo,
  type FromGateway,
  type Offer,
  type Probe,
  readFromPage,
  writeControlMessage,
} from '../channel-protocol/control-messages.js';
import {
  GIVEN_UP_AFTER,
  MOST_BUFFERED,
  PROBED_AT_REST,
} from '../channel-protocol/data-channel-rules.js';
import { encodeFrame } from '../channel-protocol/frame.js';
import type { Freshness } from '../channel-protocol/freshness.js';
import type { Clock } from '../common/clock.js';
import { WHEEL_TURN } from '../common/wheel.js';
import type { DataChannels } from './data-channels.js';
import type { DataPeer } from './data-peer.js';
import type { ToPageDrop } from './passage.js';
import { WireFlow } from './wire-flow.js';

/** Who gets what comes over a seat's data channels. */
export interface DataLaneListener {
  /** Whether it is not too much. @param freshness - of this data channel. */
  takesDatagram(bytes: Uint8Array, now: number, freshness: Freshness): boolean;
  /** A text came. Where it is too much, nothing is made of it. */
  takes(bytes: number): boolean;
  /** The answer to a probe of the page's. */
  echoOf(probe: Probe): Echo;
  /** Datagrams that went to the page so far. */
  sentToPage(): number;
  onBadMessage(): void;
  onUp(lane: DataLane): void;
  onLost(lane: DataLane): void;
}

/** So many messages beyond what the seat may send, and its data channel is closed: it cannot be paused. */
const MOST_OVER = 500;
/** One that is not up within this time will not be, in milliseconds. The page gives up before. */
const UP_WITHIN = 10_000;

/** One data channel of a page, from its offer to its end. */
export class DataLane {
  readonly id: number;
  readonly #channels: DataChannels;
  readonly #clock: Clock;
  readonly #listener: DataLaneListener;
  readonly #peer: DataPeer | undefined;
  readonly #flow: WireFlow;
  #isUp = false;
  #isOpen = false;
  #over = 0;
  #turnedAt: number;
  #wasOverdue = false;
  readonly #madeAt: number;
  #leftAt = 0;

  constructor(channels: DataChannels, offer: Offer, clock: Clock, listener: DataLaneListener) {
    this.id = offer.id;
    this.#channels = channels;
    this.#clock = clock;
    this.#listener = listener;
    this.#madeAt = this.#turnedAt = clock.monotonic();
    const send = (message: FromGateway) => this.#say(message);
    this.#flow = new WireFlow(clock, { send }, () => listener.sentToPage());
    this.#peer = channels.add(offer, {
      onMessage: (message) => this.#receive(message),
      onOpen: () => {
        this.#isOpen = true;
        this.#flow.window.probe();
      },
      onClosed: () => listener.onLost(this),
    });
  }

  /** What the page has to know; `undefined` where the offer was not taken. */
  get parameters() {
    return this.#peer?.parameters;
  }

  /** When it was left. */
  get leftAt(): number {
    return this.#leftAt;
  }

  /** Whether datagrams travel. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Why a datagram must not be sent now. */
  refusal(now: number): ToPageDrop | undefined {
    const isFull = (this.#peer?.waitingBytes ?? 0) > MOST_BUFFERED;
    return isFull ? 'congested' : this.#flow.window.refusal(now);
  }

  write(now: number, connectionId: number | undefined, payload: Uint8Array): void {
    const frame = encodeFrame(now, connectionId, payload);
    this.#peer?.send(frame);
    this.#flow.window.sent(frame.byteLength, now);
  }

  /** Sees to all that time brings. */
  turn(now: number): void {
    // One turn that is late says nothing of the page: its answers wait in this process.
    const isPunctual = now - this.#turnedAt < 2 * WHEEL_TURN;
    this.#turnedAt = now;
    this.#over = 0;
    if (!this.#isUp) {
      if (now - this.#madeAt > UP_WITHIN) this.#listener.onLost(this);
      else if (this.#isOpen) this.#flow.window.keepProbing(now, PROBED_AT_REST);
      return;
    }
    const { window } = this.#flow;
    const isOverdue = window.overdue(now) > GIVEN_UP_AFTER;
    if (isOverdue && (isPunctual || this.#wasOverdue)) this.#listener.onLost(this);
    else window.keepProbing(now, PROBED_AT_REST);
    this.#wasOverdue = isOverdue;
  }

  /** Sends no more, and listens on to what is still under way. */
  leave(): void {
    this.#isUp = false;
    this.#leftAt = this.#clock.monotonic();
  }

  close(): void {
    this.leave();
    if (this.#peer) this.#channels.remove(this.#peer);
  }

  #say(message: FromGateway): void {
    this.#peer?.send(writeControlMessage(message));
  }

  #receive(message: string | Uint8Array): void {
    const isTaken = typeof message === 'string' ? this.#read(message) : this.#take(message);
    if (isTaken) return;
    this.#over += 1;
    if (this.#over <= MOST_OVER) return;
    this.#listener.onLost(this);
    this.close();
  }

  #take(bytes: Uint8Array): boolean {
    const now = this.#clock.monotonic();
    return this.#listener.takesDatagram(bytes, now, this.#flow.freshness);
  }

  #read(text: string): boolean {
    if (!this.#listener.takes(text.length)) return false;
    const message = readFromPage(text);
    if (message?.type === 'probe') this.#say(this.#listener.echoOf(message));
    else if (message?.type === 'echo') this.#answered(message.id);
    else this.#listener.onBadMessage();
    return true;
  }

  #answered(name: number): void {
    const isRight = this.#flow.answered(name);
    if (!isRight || this.#isUp) return;
    this.#isUp = true;
    this.#listener.onUp(this);
  }
}
