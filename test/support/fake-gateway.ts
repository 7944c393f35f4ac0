import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FromGateway, FromPage } from '../../src/channel-protocol/control-messages.js';
import { encodeFrame } from '../../src/channel-protocol/frame.js';
import { SUBPROTOCOL, ticketOf } from '../../src/channel-protocol/subprotocol.js';

/** A gateway that does what a test says, over real sockets. */
export class FakeGateway {
  readonly #server: WebSocketServer;
  readonly #waiting: ((wire: GatewayEnd) => void)[] = [];
  readonly #come: GatewayEnd[] = [];
  /** Which side of the relay it says that the player is on. */
  role: 'server' | 'client' = 'server';
  /** Every wire that came, in order. */
  readonly wires: GatewayEnd[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, request) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/, */);
      const wire = new GatewayEnd(socket, ticketOf(offered), () => this.role);
      this.wires.push(wire);
      const waiter = this.#waiting.shift();
      if (waiter) waiter(wire);
      else this.#come.push(wire);
    });
  }

  static async start(): Promise<FakeGateway> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => SUBPROTOCOL,
    });
    await once(server, 'listening');
    return new FakeGateway(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/channel`;
  }

  /** The next wire that no test has had yet. */
  next(): Promise<GatewayEnd> {
    const wire = this.#come.shift();
    if (wire) return Promise.resolve(wire);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next wire, welcomed, with the relay open. */
  async welcome(): Promise<GatewayEnd> {
    const wire = await this.next();
    wire.hello();
    wire.say({ type: 'state', state: 'open' });
    return wire;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((done) => this.#server.close(done));
  }
}

/** The gateway's end of one wire. */
export class GatewayEnd {
  readonly socket: WebSocket;
  readonly ticket: string | undefined;
  readonly messages: FromPage[] = [];
  readonly frames: Uint8Array[] = [];
  readonly closed: Promise<number>;
  /** Whether probes are answered. */
  answers = true;

  readonly #role: () => 'server' | 'client';

  constructor(
    socket: WebSocket,
    ticket: string | undefined,
    role: () => 'server' | 'client' = () => 'server',
  ) {
    this.socket = socket;
    this.#role = role;
    this.ticket = ticket;
    this.closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.frames.push(new Uint8Array(data));
        return;
      }
      const message: FromPage = JSON.parse(data.toString());
      this.messages.push(message);
      if (message.type === 'probe' && this.answers) this.say({ type: 'echo', id: message.id });
    });
  }

  hello(more: Partial<FromGateway & { type: 'hello' }> = {}): void {
    const known = { returned: false, received: 0, sent: 0 };
    this.say({ type: 'hello', version: 1, url: null, role: this.#role(), ...known, ...more });
  }

  say(message: FromGateway): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Sends a datagram that was sent at `now` by the gateway's clock. */
  datagram(payload: Uint8Array, connectionId: number | undefined, now = 0): void {
    this.socket.send(encodeFrame(now, connectionId, payload));
  }
}
