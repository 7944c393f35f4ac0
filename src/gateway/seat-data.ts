import type { FromGateway, Offer } from '../channel-protocol/control-messages.js';
import { LISTENED_FOR } from '../channel-protocol/data-channel-rules.js';
import type { WireName } from '../channel-protocol/wire-name.js';
import type { Clock } from '../common/clock.js';
import type { DataChannels } from './data-channels.js';
import { DataLane, type DataLaneListener } from './data-lane.js';

/** Whom a seat's data channels tell what comes over them. */
export interface SeatDataListener extends Omit<DataLaneListener, 'onUp' | 'onLost'> {
  /** Says something by the WebSocket, where there is one. */
  say(message: FromGateway): void;
  /** From now on datagrams travel by another wire. */
  onMoved(wire: WireName): void;
}

/** What they work with. */
export interface SeatDataTools {
  readonly clock: Clock;
  /** Resolves to nothing where the gateway takes none. */
  readonly dataChannels: Promise<DataChannels | undefined>;
  /** Whether the seat may offer one more now. */
  admitsOffer(): boolean;
}

/** The data channel of one seat, where it has one; and those that were left lately, for what is still under way. */
export class SeatData {
  readonly #tools: SeatDataTools;
  readonly #listener: SeatDataListener;
  #channels: DataChannels | undefined;
  #lane: DataLane | undefined;
  #left: DataLane[] = [];

  constructor(tools: SeatDataTools, listener: SeatDataListener) {
    this.#tools = tools;
    this.#listener = listener;
  }

  /** The data channel, while datagrams travel by it. */
  get carrier(): DataLane | undefined {
    return this.#lane?.isUp ? this.#lane : undefined;
  }

  /** Tells a page that has opened a WebSocket where data channels are taken, where they are. */
  async announce(say: (message: FromGateway) => void): Promise<void> {
    this.#channels = await this.#tools.dataChannels;
    if (this.#channels) say(this.#channels.udp);
  }

  /**
   * The page has opened another WebSocket. A data channel that it does not name belonged to another page.
   *
   * @returns whether the data channel goes on.
   */
  keep(key: string | undefined): boolean {
    const keeps = key !== undefined && this.carrier?.parameters?.ufrag === key;
    if (!keeps) this.close();
    return keeps;
  }

  /** The page asks for a data channel: it has one at a time. What is too much, or none, is not answered. */
  offer(offer: Offer): void {
    if (!this.#channels || !this.#tools.admitsOffer()) return;
    this.#leave();
    const { clock } = this.#tools;
    const lane = new DataLane(this.#channels, offer, clock, {
      takesDatagram: (...datagram) => this.#listener.takesDatagram(...datagram),
      takes: (bytes) => this.#listener.takes(bytes),
      echoOf: (probe) => this.#listener.echoOf(probe),
      sentToPage: () => this.#listener.sentToPage(),
      onBadMessage: () => this.#listener.onBadMessage(),
      // The answers to one that was left may come late.
      onUp: (up) => {
        if (up === this.#lane) this.#listener.onMoved('webrtc');
      },
      onLost: (lost) => this.back(lost.id),
    });
    const { parameters } = lane;
    if (!parameters) return;
    const { ufrag, password, fingerprint } = parameters;
    this.#lane = lane;
    this.#listener.say({ type: 'answer', id: offer.id, ufrag, password, fingerprint });
  }

  /** Goes back to the WebSocket, where this data channel is the one: the page says so, or it is lost. */
  back(id: number): void {
    if (this.#lane?.id === id) this.#leave();
  }

  turn(now: number): void {
    this.#lane?.turn(now);
    if (this.#left.length === 0) return;
    const isOver = (lane: DataLane) => now - lane.leftAt >= LISTENED_FOR;
    for (const lane of this.#left.filter(isOver)) lane.close();
    this.#left = this.#left.filter((lane) => !isOver(lane));
  }

  /** Closes all of them. */
  close(): void {
    this.#lane?.close();
    this.#lane = undefined;
    for (const lane of this.#left) lane.close();
    this.#left = [];
  }

  #leave(): void {
    const lane = this.#lane;
    if (!lane) return;
    const wasUp = lane.isUp;
    lane.leave();
    this.#lane = undefined;
    this.#left.push(lane);
    this.#listener.say({ type: 'back', id: lane.id });
    if (wasUp) this.#listener.onMoved('websocket');
  }
}
