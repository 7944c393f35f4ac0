import type { FromGateway, FromPage } from '../channel-protocol/control-messages.js';
import { offerTicket } from '../channel-protocol/subprotocol.js';
import { Lane, type LaneTools, SILENCE } from './lane.js';
import type { DropCause } from './wire.js';

/**
 * What the channel uses of a WebSocket: a page's own has it, and one of the package `ws`. Handlers take `never`: each
 * library has event types of its own, and the channel's handlers read what all of them have.
 */
export interface WebSocketLike {
  /** What binary messages come as. The channel sets it to `arraybuffer`. */
  binaryType: string;
  /** Called with each message; its `data` is text or an `ArrayBuffer`. */
  onmessage: ((event: never) => void) | null;
  /** Called once, with the `code` and the `reason` of the end. */
  onclose: ((event: never) => void) | null;
  /** Called with a failure. What the channel needs to know of it comes with the close. */
  onerror: ((event: never) => void) | null;
  /** Sends one message, of text or of bytes. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Closes the connection, with a code of RFC 6455 (default: none). */
  close(code?: number): void;
}

/** A page's WebSocket, or one with the same members, of the package `ws` for instance. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike;

/** Closes the socket, and has the gateway wait for the player to come back. */
const FOR_NOW = 4000;
/** How often the silence is looked at, in milliseconds. */
const LOOK_EVERY = 3_000;

/** What becomes of one socket. */
export interface SocketListener {
  onMessage(message: FromGateway): void;
  /** Once. Nothing is told after it. */
  onClosed(code: number, reason: string): void;
}

/** Where a socket leads. */
export interface SocketTarget {
  readonly url: string;
  readonly ticket: string;
  /** Names the data channel that is to go on. */
  readonly key: string | undefined;
}

/** One WebSocket to a gateway, from its opening to its end. A gateway that falls silent is lost. */
export class GatewaySocket {
  readonly #socket: WebSocketLike;
  readonly #tools: LaneTools;
  readonly #lane: Lane;
  readonly #listener: SocketListener;
  #watch: unknown;
  #isClosed = false;

  constructor(
    create: WebSocketClass,
    { url, ticket, key }: SocketTarget,
    tools: LaneTools,
    listener: SocketListener,
  ) {
    this.#tools = tools;
    this.#listener = listener;
    const socket = new create(url, offerTicket(ticket, key));
    this.#socket = socket;
    this.#lane = new Lane(
      tools,
      (data) => {
        if (!this.#isClosed) socket.send(data);
      },
      (message) => listener.onMessage(message),
    );
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(data);
    socket.onclose = ({ code, reason }: CloseEvent) => this.#closed(code, reason);
    // What a page may know of a failure comes with the close.
    socket.onerror = () => {};
    this.#lookForSilence();
  }

  /** Sends a datagram. @returns why it was not sent. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    return this.#lane.send(payload, connectionId);
  }

  /** Says something to the gateway. */
  say(message: FromPage): void {
    this.#lane.say(message);
  }

  /** Round trip to the gateway, in milliseconds. */
  get roundTrip(): number | undefined {
    return this.#lane.window.roundTrip;
  }

  /**
   * Closes it without another word.
   *
   * @param code - 1000 ends the channel at the gateway; any other lets it wait for this player to come back.
   */
  close(code: number = FOR_NOW): void {
    this.#isClosed = true;
    this.#tools.clock.clearTimeout(this.#watch);
    const socket = this.#socket;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }

  #receive(data: unknown): void {
    // The page stood still for so long: all that waits here is stale, and nothing tells how much.
    if (this.#lane.silence > SILENCE) this.#closed(FOR_NOW, 'blocked');
    else this.#lane.receive(data);
  }

  /** A connection that is gone without a word has no `close` event for minutes. */
  #lookForSilence(): void {
    const { clock } = this.#tools;
    const due = clock.monotonic() + LOOK_EVERY;
    this.#watch = clock.setTimeout(() => {
      // A timer that is late slept with its page: what came meanwhile is read first.
      const hasSlept = clock.monotonic() - due > LOOK_EVERY;
      if (!hasSlept && this.#lane.silence > SILENCE) this.#closed(1006, 'silent');
      else this.#lookForSilence();
    }, LOOK_EVERY);
  }

  #closed(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#listener.onClosed(code, reason);
  }
}
