import { WebSocket } from 'ws';
import type { WebSocketClass } from '../../src/channel/gateway-socket.js';

/** What the page's WebSockets did, one after the other. */
export interface SocketRecord {
  /** The host of the gateway that took it in last, by its own words; nothing before the first. */
  process: string | undefined;
  /** The socket that was opened last. */
  newest: WebSocket | undefined;
  /** The codes that sockets were closed with which had been taken in. */
  readonly codes: number[];
}

/** A WebSocket class that writes down what becomes of the sockets made of it. */
export function recordedSockets(record: SocketRecord): WebSocketClass {
  class Recorded extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      record.newest = this;
      let isIn = false;
      this.on('message', (data, isBinary) => {
        const text = isBinary ? '' : String(data);
        if (!text.includes('"hello"')) return;
        isIn = true;
        record.process = new URL((JSON.parse(text) as { url: string }).url).host;
      });
      this.on('close', (code) => {
        if (isIn) record.codes.push(code);
      });
    }
  }
  return Recorded as unknown as WebSocketClass;
}
