import { WebSocket } from 'ws';
import type { FromGateway } from '../../src/channel-protocol/control-messages.js';
import { decodeFrame, encodeFrame } from '../../src/channel-protocol/frame.js';
import { offerTicket } from '../../src/channel-protocol/subprotocol.js';
import { until } from './until.js';

/** How a {@link PageClient} comes. */
export interface PageClientOptions {
  readonly ticket?: string;
  readonly origin?: string;
  readonly headers?: Record<string, string>;
  /** Instead of what the channel's protocol offers. */
  readonly protocols?: string[];
  /** Whether it answers probes, as a page whose script runs. Default: true. */
  readonly answers?: boolean;
  /** Whether it answers pings, as every browser does. Default: true. */
  readonly pongs?: boolean;
  /** What it stamps datagrams by. Default: the platform's clock. */
  readonly now?: () => number;
}

/** A page's side of the wire, without any of its rules. */
export class PageClient {
  readonly socket: WebSocket;
  readonly messages: FromGateway[] = [];
  readonly datagrams: { readonly payload: Buffer; readonly connectionId: number | undefined }[] =
    [];
  /** What the wire was closed with. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  answers: boolean;
  /** Called with each datagram. */
  onDatagram: (payload: Buffer, connectionId: number | undefined) => void = () => {};
  readonly #now: () => number;
  #role: 'server' | 'client' = 'client';

  constructor(url: string, options: PageClientOptions = {}) {
    const { ticket, origin, headers = {}, answers = true, pongs = true } = options;
    const protocols = options.protocols ?? [...(ticket ? offerTicket(ticket) : ['relais.v1'])];
    this.answers = answers;
    this.#now = options.now ?? (() => performance.now());
    this.socket = new WebSocket(url, protocols, {
      ...(origin && { origin }),
      headers,
      autoPong: pongs,
      perMessageDeflate: false,
    });
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  /** Comes with a ticket, and waits for the first message. */
  static async open(url: string, ticket: string, options: PageClientOptions = {}) {
    const page = new PageClient(url, { ticket, ...options });
    await until(() => page.messages.length > 0);
    return page;
  }

  of<TType extends FromGateway['type']>(type: TType): Extract<FromGateway, { type: TType }>[] {
    return this.messages.filter((message) => message.type === type) as never;
  }

  /** What it was told last of the relay. */
  get state(): string | undefined {
    return this.of('state').at(-1)?.state;
  }

  /** Waits until datagrams go through. */
  async whenOpen(): Promise<this> {
    await until(() => this.state === 'open');
    return this;
  }

  /** Waits until the wire is closed. */
  async whenClosed(): Promise<{ readonly code: number; readonly reason: string } | undefined> {
    await until(() => this.closed !== undefined);
    return this.closed;
  }

  /** Sends a datagram; `sentAt` by a clock of its own. */
  send(payload: Uint8Array, connectionId?: number, sentAt = this.#now()): void {
    this.socket.send(encodeFrame(sentAt, connectionId, payload));
  }

  close(code = 1000): void {
    this.socket.close(code);
  }

  /** Cuts the line. */
  cut(): void {
    this.socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      const frame = decodeFrame(data, this.#role === 'server');
      if (!frame) throw new Error('No frame came.');
      const payload = Buffer.from(frame.payload);
      this.datagrams.push({ payload, connectionId: frame.connectionId });
      this.onDatagram(payload, frame.connectionId);
      return;
    }
    const message = JSON.parse(data.toString()) as FromGateway;
    this.messages.push(message);
    if (message.type === 'hello') this.#role = message.role;
    if (message.type === 'probe' && this.answers) {
      this.socket.send(JSON.stringify({ type: 'echo', id: message.id }));
    }
  }
}
