import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { CloseCode } from '../channel-protocol/close-codes.js';
import {
  type FromGateway,
  type FromPage,
  readFromPage,
  writeControlMessage,
} from '../channel-protocol/control-messages.js';
import { textMessage } from './wire-messages.js';

/** Who gets what comes over a wire. */
export interface WireListener {
  /** @param now - when it came. */
  onDatagram(bytes: Uint8Array, now: number): void;
  /** Something came that is no datagram: a text, a ping or a pong. Where it is too much, nothing is made of it. */
  takes(bytes: number): boolean;
  onControl(message: FromPage): void;
  /** The page sent what a page does not send. */
  onBadMessage(): void;
  /** The wire is closed; `hasLeft` where the page closed it as one that is done with it. */
  onClosed(hasLeft: boolean): void;
}

/** How often a wire is pinged, and after how long without an answer it is dead, in milliseconds. */
const PING_EVERY = 5_000;
const DEAD_AFTER = 10_000;
/** A timer may ring a little early: half a turn of the wheel. */
const TOLERANCE = 125;

/** The WebSocket close codes of a page that is done: its script closed the wire. */
const LEFT: readonly number[] = [1000, 1005];

/** The most bytes that may wait for a page that does not read. */
export const MOST_WAITING = 1024 * 1024;
/** How much is read of a wire that is being closed, messages, pings and pongs alike. Then it is cut. */
const MOST_IGNORED = 2_000;

/**
 * One WebSocket of a page. It pings the browser, which answers by itself, even while the page is blocked or frozen: so
 * a lost wire is noticed, and reverse proxies see traffic. What the page's own script sends is something else.
 */
export class PageWire {
  /** Wires are numbered as they come: of two, the one with the higher number is the newer. */
  readonly serial: number;
  /** Names the data channel that the page still has open, and wants to go on with. */
  readonly keptKey: string | undefined;
  readonly #socket: WebSocket;
  /** What the WebSocket writes to. */
  readonly #stream: Duplex;
  #listener: WireListener | undefined;
  #heardAt: number;
  #spokeAt: number;
  #pingedAt: number;
  /** When the oldest ping without an answer was sent. */
  #unansweredSince: number | undefined;
  #ignored = 0;
  readonly #now: () => number;

  constructor(
    socket: WebSocket,
    stream: Duplex,
    { serial, keptKey }: Pick<PageWire, 'serial' | 'keptKey'>,
    now: () => number,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.serial = serial;
    this.keptKey = keptKey;
    this.#now = now;
    this.#heardAt = this.#spokeAt = this.#pingedAt = now();
    // Nothing is read before somebody wants it.
    socket.pause();
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('pong', (data: Buffer) => this.#hearing()?.takes(data.byteLength));
    // A browser does not ping. It was answered; with sixty answers that wait, the wire is cut.
    socket.on('ping', (data: Buffer) => this.#hearing()?.takes(data.byteLength));
    // What is no WebSocket message, or too large a one. It is being closed with a code of its own.
    socket.on('error', () => {
      if (this.#listener) this.#listener.onBadMessage();
      else this.terminate();
    });
    socket.on('close', (code) => this.#listener?.onClosed(LEFT.includes(code)));
  }

  /** Begins to read. */
  open(listener: WireListener): void {
    this.#listener = listener;
    this.#socket.resume();
    if (this.#socket.readyState === this.#socket.CLOSED) listener.onClosed(false);
  }

  /** Whether anything can be sent. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** When anything came from the browser, by the clock that never goes back. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** When the page's own script said something. */
  get spokeAt(): number {
    return this.#spokeAt;
  }

  /** Reads no more, for a while: TCP makes the page wait. */
  pause(): void {
    this.#socket.pause();
  }

  get isPaused(): boolean {
    return this.#socket.isPaused;
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Keeps what is sent from now on until {@link flush}: all of it is one write then. */
  hold(): void {
    this.#stream.cork();
  }

  flush(): void {
    this.#stream.uncork();
  }

  /** Writes the bytes of a whole message. Only while the wire is open. */
  write(message: Buffer): void {
    this.#stream.write(message);
  }

  /** Bytes that wait in this process, because the page does not read. */
  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: FromGateway): void {
    if (!this.isOpen) return;
    // Who asks again and again and reads nothing must not fill this process.
    if (this.waitingBytes > MOST_WAITING) this.#socket.terminate();
    else this.write(textMessage(writeControlMessage(message)));
  }

  /** Pings where one is due. Returns whether the wire is alive. */
  turn(now: number): boolean {
    if (!this.isOpen) return true;
    if (now - this.#pingedAt > PING_EVERY - TOLERANCE) {
      this.#pingedAt = now;
      this.#unansweredSince ??= now;
      this.#socket.ping();
    }
    const since = this.#unansweredSince;
    // After a sleep of this machine, one that was pinged just now is not to blame.
    return since === undefined || now - since < DEAD_AFTER || now - this.#pingedAt < TOLERANCE * 2;
  }

  /** Closes it, and tells its listener nothing any more. */
  close(code: CloseCode, reason: string): void {
    this.#listener = undefined;
    // It may have been paused, and would then never see the answer.
    this.#socket.resume();
    this.#socket.close(code, reason);
  }

  /** Cuts it. */
  terminate(): void {
    this.#listener = undefined;
    this.#socket.terminate();
  }

  /** Calls back once it is closed. */
  whenClosed(callback: () => void): void {
    this.#socket.on('close', callback);
  }

  /** Something came: whom to tell, where there is somebody. Of a wire that is being closed, not much more is read. */
  #hearing(): WireListener | undefined {
    if (this.#listener) {
      this.#heardAt = this.#now();
      this.#unansweredSince = undefined;
    } else {
      this.#ignored += 1;
      if (this.#ignored > MOST_IGNORED) this.terminate();
    }
    return this.#listener;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const listener = this.#hearing();
    if (!listener) return;
    this.#spokeAt = this.#heardAt;
    if (isBinary) {
      listener.onDatagram(data, this.#heardAt);
      return;
    }
    if (!listener.takes(data.byteLength)) return;
    const message = readFromPage(data.toString());
    if (message) listener.onControl(message);
    else listener.onBadMessage();
  }
}
