import { WebSocket } from 'ws';
import type { WebSocketClass } from '../../src/channel/gateway-socket.js';
import type { Clock } from '../../src/common/clock.js';

/** One direction of a line: nothing overtakes what is before it, as with TCP. */
class Direction {
  readonly #clock: Clock;
  readonly #delay: () => number;
  #last = 0;
  #waiting = 0;

  constructor(clock: Clock, delay: () => number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  carry(arrive: () => void): void {
    const now = this.#clock.monotonic();
    this.#last = Math.max(this.#last, now + this.#delay());
    if (this.#last === now && this.#waiting === 0) {
      arrive();
      return;
    }
    this.#waiting += 1;
    this.#clock.setTimeout(() => {
      this.#waiting -= 1;
      arrive();
    }, this.#last - now);
  }
}

/** A real WebSocket of a page that is far away: each message takes some time each way, by the clock. */
export interface DistantSockets {
  readonly WebSocket: WebSocketClass;
  /** All that were opened, the newest last. */
  readonly opened: WebSocket[];
}

/** @param delay - of the next message, in milliseconds: to the gateway, and from it. */
export function distantSockets(clock: Clock, delay: () => number, back = delay): DistantSockets {
  const opened: WebSocket[] = [];
  class Distant extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { perMessageDeflate: false });
      opened.push(this);
      const [there, here] = [new Direction(clock, delay), new Direction(clock, back)];
      const send = this.send.bind(this) as (data: Uint8Array | string) => void;
      this.send = (data: unknown) => there.carry(() => send(data as string));
      let heard: ((event: { data: unknown }) => void) | null = null;
      Object.defineProperty(this, 'onmessage', {
        set: (listener) => {
          heard = listener;
        },
      });
      this.on('message', (data, isBinary) => {
        here.carry(() => heard?.({ data: isBinary ? data : data.toString() }));
      });
    }
  }
  return { WebSocket: Distant, opened };
}
