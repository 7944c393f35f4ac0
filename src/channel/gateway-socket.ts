import {
  type FromGateway,
  type FromPage,
  readFromGateway,
  writeControlMessage,
} from '../channel-protocol/control-messages.js';
import { decodeFrame, encodeFrame } from '../channel-protocol/frame.js';
import { Freshness } from '../channel-protocol/freshness.js';
import { SendWindow } from '../channel-protocol/send-window.js';
import { offerTicket } from '../channel-protocol/subprotocol.js';
import type { Clock } from '../common/clock.js';
import type { DropCause } from './wire.js';

/** A page's WebSocket, or one with the same members, of the package `ws` for instance. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;

/** A wire that says nothing for so long is lost, in milliseconds: the gateway speaks every 5 s at least. */
const SILENCE = 12_000;
/** Closes the socket, and has the gateway wait for the player to come back. */
const FOR_NOW = 4000;
/** How often the silence is looked at, in milliseconds. */
const LOOK_EVERY = 3_000;

/** What becomes of one socket. */
export interface SocketListener {
  onMessage(message: FromGateway): void;
  onDatagram(payload: Uint8Array, connectionId: number | undefined): void;
  onDrop(cause: DropCause): void;
  /** Once. Nothing is told after it. */
  onClosed(code: number, reason: string): void;
}

/** One WebSocket to a gateway, from its opening to its end: frames, freshness, probes and silence. */
export class GatewaySocket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #isHost: boolean;
  readonly #listener: SocketListener;
  readonly #freshness = new Freshness();
  readonly #window: SendWindow;
  #heardAt: number;
  #watch: unknown;
  #isClosed = false;

  constructor(
    create: WebSocketClass,
    { url, ticket }: { readonly url: string; readonly ticket: string },
    isHost: boolean,
    clock: Clock,
    listener: SocketListener,
  ) {
    this.#clock = clock;
    this.#isHost = isHost;
    this.#listener = listener;
    this.#heardAt = clock.monotonic();
    this.#window = new SendWindow(
      () => clock.monotonic(),
      (id) => this.#say({ type: 'probe', id }),
    );
    const socket = new create(url, [...offerTicket(ticket)]);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // What a page may know of a failure comes with the close.
    socket.onerror = () => {};
    this.#lookForSilence();
  }

  /** Sends a datagram. @returns why it was not sent. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    const now = this.#clock.monotonic();
    const refusal = this.#window.refusal(now);
    if (refusal) return refusal;
    const frame = encodeFrame(now, connectionId, payload);
    this.#socket.send(frame);
    this.#window.sent(frame.byteLength, now);
    return undefined;
  }

  /** Round trip to the gateway, in milliseconds. */
  get roundTrip(): number | undefined {
    return this.#window.roundTrip;
  }

  /**
   * Closes it without another word.
   *
   * @param code - 1000 ends the channel at the gateway; any other lets it wait for this player to come back.
   */
  close(code: number = FOR_NOW): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#watch);
    const socket = this.#socket;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }

  #receive(data: unknown): void {
    const now = this.#clock.monotonic();
    if (now - this.#heardAt > SILENCE) {
      // The page stood still for so long: all that waits here is stale, and nothing tells how much.
      this.#closed(FOR_NOW, 'blocked');
      return;
    }
    this.#heardAt = now;
    if (typeof data === 'string') this.#read(data);
    else this.#unpack(new Uint8Array(data as ArrayBuffer));
  }

  #unpack(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes, this.#isHost);
    if (!frame) return;
    if (this.#freshness.isFresh(frame.sentAt, this.#heardAt)) {
      this.#listener.onDatagram(frame.payload, frame.connectionId);
    } else {
      this.#listener.onDrop('late');
    }
  }

  #read(text: string): void {
    const message = readFromGateway(text);
    if (!message) return;
    if (message.type === 'probe') {
      this.#say({ type: 'echo', id: message.id });
      // At rest nobody else measures the round trip.
      this.#window.probeAtRest();
    }
    if (message.type === 'echo') this.#window.answered(message.id);
    this.#listener.onMessage(message);
  }

  #say(message: FromPage): void {
    if (!this.#isClosed) this.#socket.send(writeControlMessage(message));
  }

  /** A connection that is gone without a word has no `close` event for minutes. */
  #lookForSilence(): void {
    const due = this.#clock.monotonic() + LOOK_EVERY;
    this.#watch = this.#clock.setTimeout(() => {
      const now = this.#clock.monotonic();
      // A timer that is late slept with its page: what came meanwhile is read first.
      const hasSlept = now - due > LOOK_EVERY;
      if (!hasSlept && now - this.#heardAt > SILENCE) this.#closed(1006, 'silent');
      else this.#lookForSilence();
    }, LOOK_EVERY);
  }

  #closed(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#listener.onClosed(code, reason);
  }
}
