import { WebSocket } from 'ws';
import type { WebSocketClass } from '../../src/channel/gateway-socket.js';

/** What a page's WebSockets did, one after the other and beside each other. */
export class SocketRecord {
  /** The host of the gateway that took the newest of them in, by its own words; nothing before the first. */
  process: string | undefined;
  /** The socket that was opened last. */
  newest: WebSocket | undefined;
  /** The codes that the page or a gateway closed those with which had been taken in. */
  codes: number[] = [];
  /** The longest time in which none of them was open, in milliseconds on a monotonic clock. */
  longestGap = 0;
  /** Those that are taken in, and open. */
  readonly #open = new Set<WebSocket>();
  #lostAt: number | undefined;

  /** Forgets what was so far. */
  begin(): void {
    this.codes = [];
    this.longestGap = 0;
  }

  /** A gateway said hello on a socket. */
  welcomed(socket: WebSocket, process: string): void {
    this.process = process;
    this.#open.add(socket);
    if (this.#lostAt === undefined) return;
    this.longestGap = Math.max(this.longestGap, performance.now() - this.#lostAt);
    this.#lostAt = undefined;
  }

  /** A socket is being closed, or is closed. */
  lost(socket: WebSocket): void {
    if (this.#open.delete(socket) && this.#open.size === 0) this.#lostAt = performance.now();
  }
}

/** A WebSocket class that writes down what becomes of the sockets made of it. */
export function recordedSockets(record: SocketRecord): WebSocketClass {
  class Recorded extends WebSocket {
    #isIn = false;

    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      record.newest = this;
      this.on('message', (data, isBinary) => {
        const text = isBinary ? '' : String(data);
        if (!text.includes('"hello"')) return;
        this.#isIn = true;
        record.welcomed(this, new URL((JSON.parse(text) as { url: string }).url).host);
      });
      this.on('close', (code) => {
        record.lost(this);
        if (this.#isIn) record.codes.push(code);
      });
    }

    override close(code?: number, reason?: string): void {
      record.lost(this);
      super.close(code, reason);
    }
  }
  return Recorded;
}
