import type {
  Answer,
  Back,
  FromGateway,
  FromPage,
  Udp,
} from '../channel-protocol/control-messages.js';
import { ALONE_FOR, LISTENED_FOR } from '../channel-protocol/data-channel-rules.js';
import { growingDelay } from '../common/growing-delay.js';
import type { LaneTools } from './lane.js';
import { type PeerConnectionClass, PeerLane } from './peer-lane.js';
import type { DropCause } from './wire.js';

/** One that is not up within this time will not be, in milliseconds. */
const UP_WITHIN = 5_000;
/** The longest time between two tries, in milliseconds. */
const LONGEST_DELAY = 300_000;
/** A first delay of some five seconds: so many steps of `growingDelay` come before it. */
const SKIPPED_DELAYS = 7;
/** One that was up for so long has proved itself: the delays begin anew. In milliseconds. */
const PROVED_AFTER = 60_000;

/** What the data channel lies beside. */
export interface DataWireHost {
  /** Says something by the WebSocket, where that is up. */
  say(message: FromPage): void;
  /** From now on datagrams travel by the data channel, or do not any more. */
  onMoved(): void;
}

/**
 * Keeps a data channel to the gateway beside the WebSocket, where one can be had: it loses single datagrams where TCP
 * holds all of them back. Behind an `import()` of its own, for no game waits for it.
 */
export class DataWire {
  readonly #create: PeerConnectionClass;
  readonly #tools: LaneTools;
  readonly #host: DataWireHost;
  #udp: Udp | undefined;
  #lane: PeerLane | undefined;
  /** Those that were left lately, and are listened to. */
  readonly #left = new Map<PeerLane, unknown>();
  #offers = 0;
  #failures = 0;
  #upAt = 0;
  #timer: unknown;

  constructor(create: PeerConnectionClass, tools: LaneTools, host: DataWireHost) {
    this.#create = create;
    this.#tools = tools;
    this.#host = host;
  }

  /** Whether datagrams travel by it. */
  get carries(): boolean {
    return this.#lane?.isUp ?? false;
  }

  /** Names the data channel that is open at the gateway. */
  get key(): string | undefined {
    return this.carries ? this.#lane?.key : undefined;
  }

  /** Round trip to the gateway, in milliseconds. */
  get roundTrip(): number | undefined {
    return this.#lane?.roundTrip;
  }

  /** Sends a datagram. @returns why it was not sent. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    return this.#lane ? this.#lane.send(payload, connectionId) : 'not-open';
  }

  /** The gateway takes data channels, as it says with each WebSocket: another network may let them through. */
  onUdp(udp: Udp): void {
    this.#udp = udp;
    if (this.#lane) return;
    this.#failures = 0;
    this.#try();
  }

  /** Takes what the gateway says of data channels. */
  read(message: FromGateway): void {
    if (message.type !== 'answer' && message.type !== 'back') return;
    const lane = this.#lane;
    if (lane?.id === message.id) this.#heed(lane, message);
  }

  /**
   * The WebSocket is back.
   *
   * @param keeps - Whether the gateway goes on with the data channel.
   */
  onWebSocket(keeps: boolean): void {
    this.#stopTimer();
    if (keeps) return;
    this.#lane?.close();
    this.#lane = undefined;
  }

  /** The WebSocket is lost: play goes on for a while. */
  onAlone(): void {
    this.#setTimer(ALONE_FOR, () => this.#leave());
  }

  /** Closes all. Nothing is told any more. */
  close(): void {
    this.#stopTimer();
    this.#lane?.close();
    this.#lane = undefined;
    for (const [lane, timer] of this.#left) {
      this.#tools.clock.clearTimeout(timer);
      lane.close();
    }
    this.#left.clear();
  }

  #try(): void {
    this.#offers += 1;
    this.#setTimer(UP_WITHIN, () => this.#leave());
    try {
      this.#lane = new PeerLane(this.#create, this.#offers, this.#tools, {
        onOffer: (offer) => this.#host.say(offer),
        // The answers to one that was left may come late.
        onUp: (lane) => {
          if (lane === this.#lane) this.#onUp();
        },
        onLost: (lane) => {
          if (lane === this.#lane) this.#leave();
        },
      });
    } catch {
      // A browser may have it, and forbid it.
      this.#tryLater();
    }
  }

  #heed(lane: PeerLane, message: Answer | Back): void {
    if (message.type === 'back') this.#leave();
    else if (this.#udp) lane.accept(message, this.#udp);
  }

  #onUp(): void {
    this.#stopTimer();
    this.#upAt = this.#tools.clock.monotonic();
    this.#host.onMoved();
  }

  /** Goes back to the WebSocket, and listens for a while to what is still under way. */
  #leave(): void {
    const lane = this.#lane;
    if (!lane) return;
    const { clock } = this.#tools;
    const wasUp = lane.isUp;
    if (wasUp && clock.monotonic() - this.#upAt > PROVED_AFTER) this.#failures = 0;
    lane.leave();
    this.#lane = undefined;
    const timer = clock.setTimeout(() => {
      this.#left.delete(lane);
      lane.close();
    }, LISTENED_FOR);
    this.#left.set(lane, timer);
    this.#host.say({ type: 'back', id: lane.id });
    this.#tryLater();
    if (wasUp) this.#host.onMoved();
  }

  #tryLater(): void {
    const count = this.#failures + SKIPPED_DELAYS;
    this.#failures += 1;
    const delay = growingDelay(count, LONGEST_DELAY, this.#tools.clock);
    this.#setTimer(delay, () => this.#try());
  }

  #setTimer(delay: number, callback: () => void): void {
    this.#stopTimer();
    this.#timer = this.#tools.clock.setTimeout(callback, delay);
  }

  #stopTimer(): void {
    this.#tools.clock.clearTimeout(this.#timer);
  }
}
