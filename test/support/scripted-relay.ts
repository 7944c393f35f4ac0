import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeFromRelay, type RelayState } from '../../src/datagram/index.js';

/** A relay that says what a test wants, or nothing. */
export class ScriptedRelay implements AsyncDisposable {
  readonly #socket: Socket;
  /** Pings that came. */
  pings = 0;
  /** Data that came: all bytes of each datagram. */
  readonly data: Buffer[] = [];
  /** What pings are answered with. `undefined` for silence. */
  state: RelayState | undefined = 'valid';
  /** The last peer that was heard. */
  peer: RemoteInfo | undefined;

  constructor(family: 'udp4' | 'udp6' = 'udp4') {
    this.#socket = createSocket({ type: family, recvBufferSize: 1024 * 1024 });
    this.#socket.on('message', (bytes, from) => {
      this.peer = from;
      if (bytes[8] !== 1) {
        this.data.push(bytes);
        return;
      }
      this.pings += 1;
      if (this.state) this.send(encodeFromRelay({ type: 'ping', state: this.state }, 'client'));
    });
    this.#socket.on('error', () => {});
  }

  static async start(address = '127.0.0.1', port = 0): Promise<ScriptedRelay> {
    const relay = new ScriptedRelay(address.includes(':') ? 'udp6' : 'udp4');
    relay.#socket.bind(port, address);
    await once(relay.#socket, 'listening');
    return relay;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends bytes to the last peer that was heard. */
  send(bytes: Uint8Array): void {
    if (this.peer) this.#socket.send(bytes, this.peer.port, this.peer.address, () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((done) => this.#socket.close(done));
  }
}
