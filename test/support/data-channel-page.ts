import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { WebSocket } from 'ws';
import type { PeerConnectionClass } from '../../src/channel/peer-lane.js';
import { RelayChannel } from '../../src/channel/relay-channel.js';
import { websocketWire } from '../../src/channel/websocket-wire.js';
import type { FromGateway, FromPage, Udp } from '../../src/channel-protocol/control-messages.js';
import type { FakeSeat } from './fake-seats.js';
import { type GatewayStack, startGateway } from './gateway-stack.js';
import { UdpPath } from './udp-path.js';
import { until } from './until.js';

/** The port that the gateway says, until a path takes its place. */
interface Seen {
  port: number;
}

/** One page with a real channel, and what a test may do to its wires. */
export interface DataChannelPage {
  readonly channel: RelayChannel;
  readonly seat: FakeSeat;
  /** Every `state` event. */
  readonly told: string[];
  /** The last byte of each datagram. */
  readonly heard: number[];
  readonly from: (number | undefined)[];
  /** Its WebSockets, the newest last. */
  readonly sockets: WebSocket[];
  /** All that it said, and was told, by WebSocket. */
  readonly said: FromPage[];
  readonly answers: FromGateway[];
  /** Data channels that it made. */
  readonly peers: InstanceType<PeerConnectionClass>[];
  /** Whether no other WebSocket can be opened. */
  isOffline: boolean;
}

/** A gateway with data channels, a relay behind it, and a path by UDP that may be cut. */
export interface DataChannelStack extends AsyncDisposable {
  readonly stack: GatewayStack;
  readonly path: UdpPath;
  /** Opens a page's channel, and waits until the relay has it. */
  page(index: number, from?: DataChannelPage): Promise<DataChannelPage>;
  /** Lets time pass in small steps, in which what is under way arrives. */
  pass(milliseconds: number): Promise<void>;
  /** Lets time pass until something is so. */
  passUntil(condition: () => boolean): Promise<void>;
}

/** Starts it, on a clock that stands: only the packets take real time. */
export async function startDataChannels(
  options: Parameters<typeof startGateway>[0] = {},
  players = 2,
): Promise<DataChannelStack> {
  const stack = await startGateway({ udp: { port: 0, address: '127.0.0.1' }, ...options }, players);
  const seen: Seen = { port: 0 };
  const path = await UdpPath.start(() => seen.port);
  const channels: RelayChannel[] = [];
  const all: DataChannelPage[] = [];
  const look = () => new Promise((resolve) => setTimeout(resolve, 3));
  /** Waits until nothing comes by the path any more: the library's threads may have to wait for a processor. */
  const settle = async () => {
    for (let [quiet, seen] = [0, -1]; quiet < 2; quiet += 1) {
      if (seen !== path.carried) quiet = 0;
      seen = path.carried;
      await look();
    }
  };
  const pass = async (milliseconds: number) => {
    // With nothing under way, there is nothing to wait for.
    const step = path.isCut ? 250 : 25;
    for (let left = milliseconds; left > 0; left -= step) {
      stack.clock.advance(Math.min(step, left));
      if (path.isCut) await look();
      else await settle();
    }
  };
  return {
    stack,
    path,
    pass,
    async passUntil(condition) {
      await until(() => {
        if (condition()) return true;
        stack.clock.advance(5);
        return false;
      });
    },
    async page(index, from) {
      const seat = from?.seat ?? (await stack.seat(index));
      const page = openPage(stack, seat, path, seen);
      channels.push(page.channel);
      all.push(page);
      await until(() => page.channel.state === 'open');
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const channel of channels) channel.close();
      await stack[Symbol.asyncDispose]();
      await path[Symbol.asyncDispose]();
    },
  };
}

function openPage(stack: GatewayStack, seat: FakeSeat, path: UdpPath, seen: Seen): DataChannelPage {
  const network = { isOffline: false };
  const sockets: WebSocket[] = [];
  const said: FromPage[] = [];
  const answers: FromGateway[] = [];
  const peers: InstanceType<PeerConnectionClass>[] = [];
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      // Nobody listens at the discard port.
      super(network.isOffline ? 'ws://127.0.0.1:9' : url, protocols, { perMessageDeflate: false });
      this.on('error', () => {});
      sockets.push(this);
      const send = this.send.bind(this) as (data: unknown) => void;
      this.send = (data: unknown) => {
        if (typeof data === 'string') said.push(JSON.parse(data));
        send(data);
      };
      let heard: ((event: { data: unknown }) => void) | null = null;
      Object.defineProperty(this, 'onmessage', {
        set: (listener) => {
          heard = listener;
        },
      });
      this.on('message', (data: Buffer, isBinary) => {
        heard?.({ data: isBinary ? data : this.#read(data.toString()) });
      });
    }

    /** The page is told the path's port instead of the gateway's. */
    #read(text: string): string {
      const message = JSON.parse(text) as FromGateway;
      answers.push(message);
      if (message.type !== 'udp') return text;
      seen.port = message.port;
      return JSON.stringify({ ...message, port: path.port } satisfies Udp);
    }
  }
  class Peer extends (RTCPeerConnection as unknown as PeerConnectionClass) {
    constructor() {
      super();
      peers.push(this);
    }
  }
  const target = {
    endpoint: () => undefined,
    gateway: () => ({ url: stack.url, ticket: seat.tickets[0] ?? '' }),
  };
  const wire = websocketWire(Socket, stack.clock, Peer);
  const channel = new RelayChannel(wire, target, seat.document.role);
  const told: string[] = [];
  const heard: number[] = [];
  const from: (number | undefined)[] = [];
  channel.on('state', (state, _previous, moved) => told.push(moved ?? state));
  channel.on('close', (reason) => told.push(reason));
  channel.on('datagram', (bytes, connectionId) => {
    heard.push(bytes.at(-1) ?? -1);
    from.push(connectionId);
  });
  const records = { channel, seat, told, heard, from, sockets, said, answers, peers };
  return Object.assign(network, records);
}
