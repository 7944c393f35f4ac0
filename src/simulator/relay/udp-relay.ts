import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { RelaySide } from '../../datagram/index.js';
import type { RelayPorts } from './describe-relay.js';
import type { Outgoing } from './forward-data.js';
import type { Network, NetworkPath } from './network.js';
import type { PeerAddress } from './peers.js';
import { SessionRelay, type SessionRelayOptions } from './session-relay.js';

/** What a relay goes by. */
export interface UdpRelayOptions extends SessionRelayOptions {
  /** Time from the end of the session until the ports close, in milliseconds. */
  readonly farewell: number;
  /** What its datagrams travel through. */
  readonly network: Network;
}

/** What a socket may hold while the process is busy, in bytes: bursts must not be lost on loopback. */
const SOCKET_BUFFER = 1024 * 1024;

/** One UDP port of a relay, and the ways to and from its peers. */
interface Port {
  readonly socket: Socket;
  readonly toRelay: NetworkPath;
  readonly fromRelay: NetworkPath;
}

/** The relay of one session: two UDP ports, one for the server and one for the clients. */
export class UdpRelay {
  readonly #options: UdpRelayOptions;
  readonly #relay: SessionRelay;
  readonly #ports: Readonly<Record<RelaySide, Port>>;
  #isClosed = false;
  #endFarewell = () => {};

  private constructor(address: string, options: UdpRelayOptions) {
    this.#options = options;
    this.#relay = new SessionRelay(options);
    this.#ports = {
      server: openPort(address, options.network),
      client: openPort(address, options.network),
    };
    for (const side of ['server', 'client'] as const) {
      this.#ports[side].socket.on('message', (bytes, from) => this.#receive(side, bytes, from));
    }
  }

  /** Opens both ports, on free numbers of `address`. Rejects when that cannot be had. */
  static async open(address: string, options: UdpRelayOptions): Promise<UdpRelay> {
    const relay = new UdpRelay(address, options);
    const sockets = Object.values(relay.#ports).map(({ socket }) => socket);
    try {
      await Promise.all(sockets.map((socket) => bind(socket, address)));
    } catch (error) {
      await relay.close();
      throw error;
    }
    for (const socket of sockets) socket.on('error', () => {});
    return relay;
  }

  /** The IP address that both ports listen on. */
  get address(): string {
    return this.#ports.server.socket.address().address;
  }

  /** The numbers of both ports. */
  get ports(): RelayPorts {
    const { server, client } = this.#ports;
    return { server: server.socket.address().port, client: client.socket.address().port };
  }

  /** The session is over: tells the peers so for a while, where there are any, and closes both ports. */
  async retire(): Promise<void> {
    if (this.#relay.end()) await this.#sayFarewell();
    await this.close();
  }

  /** Closes both ports at once; what is on its way goes nowhere. */
  async close(): Promise<void> {
    this.#endFarewell();
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all(Object.values(this.#ports).map(closePort));
  }

  #receive(side: RelaySide, bytes: Uint8Array, from: PeerAddress): void {
    this.#ports[side].toRelay.carry(() => {
      const outgoing = this.#isClosed ? undefined : this.#relay.receive(side, bytes, from);
      if (outgoing) this.#send(outgoing);
    });
  }

  #send({ side, to, bytes }: Outgoing): void {
    const { socket, fromRelay } = this.#ports[side];
    // A peer that has gone away is no reason to fail: it is forgotten in time.
    fromRelay.carry(() => socket.send(bytes, to.port, to.address, () => {}));
  }

  #sayFarewell(): Promise<void> {
    const { clock, farewell } = this.#options;
    return new Promise((over) => {
      const timer = clock.setTimeout(over, farewell);
      this.#endFarewell = () => {
        clock.clearTimeout(timer);
        over();
      };
    });
  }
}

function openPort(address: string, network: Network): Port {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER,
    sendBufferSize: SOCKET_BUFFER,
  });
  return {
    socket,
    toRelay: network.openPath('toRelay'),
    fromRelay: network.openPath('fromRelay'),
  };
}

function bind(socket: Socket, address: string): Promise<unknown> {
  socket.bind(0, address);
  return once(socket, 'listening');
}

function closePort({ socket, toRelay, fromRelay }: Port): Promise<void> {
  toRelay.close();
  fromRelay.close();
  return new Promise((done) => socket.close(() => done()));
}
