import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection on which a test sends what it likes, byte by byte. */
export class RawClient implements Disposable {
  /** All that came. */
  received = '';
  /** Settles once it is there. */
  readonly opened: Promise<unknown>;
  /** Settles once the other side has closed the connection altogether. */
  readonly closed: Promise<unknown>;
  readonly #socket;

  constructor(url: string) {
    // It never closes its own half.
    const port = Number(new URL(url).port);
    this.#socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.#socket.on('data', (chunk) => {
      this.received += chunk;
    });
    // Something is sent now and then: it is refused once the other side has closed both halves.
    this.#socket.on('end', () => this.drip(' '));
    this.#socket.on('error', () => {});
    this.opened = once(this.#socket, 'connect').catch(() => {});
    this.closed = once(this.#socket, 'close').catch(() => {});
  }

  /** How often a status line came, with these statuses in this order. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** Sends something again and again, until the connection is closed. */
  drip(text: string): void {
    const timer = setInterval(() => this.#socket.write(text), 50);
    this.#socket.on('close', () => clearInterval(timer));
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.cut();
  }
}
