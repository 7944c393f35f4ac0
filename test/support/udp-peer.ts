import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

// Written from the published description of the relay's datagrams alone, with none of the project's code.

/** Ping or data, as it came from the relay. */
export type Received =
  | { readonly state: number }
  | { readonly from: number; readonly payload: Buffer };

/** A game server or a game client at the relay. */
export class UdpPeer implements AsyncDisposable {
  readonly #socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  readonly #isServer: boolean;
  readonly #port: number;
  readonly #tokens: Buffer;
  /** Called with each datagram. */
  onReceived: (received: Received) => void = () => {};

  constructor(isServer: boolean, port: number, userToken: number, sessionToken: number) {
    this.#isServer = isServer;
    this.#port = port;
    this.#tokens = Buffer.alloc(8);
    this.#tokens.writeUInt32LE(userToken, 0);
    this.#tokens.writeUInt32LE(sessionToken, 4);
    this.#socket.on('message', (bytes) => this.onReceived(this.#read(bytes)));
  }

  async open(): Promise<this> {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this;
  }

  /** Pings once. Resolves to the state that the relay answers with. */
  ping(): Promise<number> {
    return new Promise((resolve) => {
      const before = this.onReceived;
      this.onReceived = (received) => {
        if (!('state' in received)) return before(received);
        this.onReceived = before;
        resolve(received.state);
      };
      this.sendRaw(Buffer.concat([this.#tokens, Buffer.of(1)]));
    });
  }

  /** Sends a payload; a server says to which connection. */
  send(payload: Buffer, connectionId = 0): void {
    const id = Buffer.alloc(this.#isServer ? 4 : 0);
    if (this.#isServer) id.writeUInt32LE(connectionId);
    this.sendRaw(Buffer.concat([this.#tokens, Buffer.of(2), id, payload]));
  }

  sendRaw(bytes: Buffer): void {
    this.#socket.send(bytes, this.#port, '127.0.0.1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #read(bytes: Buffer): Received {
    if (bytes[0] === 1) return { state: bytes[1] ?? -1 };
    return this.#isServer
      ? { from: bytes.readUInt32LE(1), payload: bytes.subarray(5) }
      : { from: 0, payload: bytes.subarray(1) };
  }
}
