import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Reads every byte that a server sends, HTTP and WebSocket alike, on its way to those who connect here. */
export class WireTap implements AsyncDisposable {
  readonly #server;
  readonly #connections: Buffer[][] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.#server = createServer((near) => {
      const far = connect(Number(port), hostname);
      const heard: Buffer[] = [];
      this.#connections.push(heard);
      far.on('data', (chunk) => heard.push(chunk));
      near.pipe(far).pipe(near);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
    });
  }

  static async before(target: string): Promise<WireTap> {
    const tap = new WireTap(target);
    await new Promise<void>((resolve) => tap.#server.listen(0, '127.0.0.1', resolve));
    return tap;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** All that was sent so far, connection after connection. */
  bytes(): Buffer {
    return Buffer.concat(this.#connections.flatMap((heard) => [...heard, Buffer.from('\n')]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
