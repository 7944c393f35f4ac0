import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The least time after which TCP sends a lost segment again, in milliseconds, as Linux has it. */
const RETRANSMISSION = 200;
/** After so long without a packet a page's socket is given up, in milliseconds. */
const IDLE = 60_000;
const LOOPBACK = '127.0.0.1';

/** A page's socket towards the gateway. */
interface Onward {
  readonly socket: UdpSocket;
  readonly idle: NodeJS.Timeout;
}

/** Where the way begins and where it leads. */
export interface LossyWayOptions {
  /** Where pages come to. */
  readonly hostname: string;
  /** The proxy's port, on loopback, for TCP. */
  readonly tcp: number;
  /** The gateway's port, on loopback, for UDP. */
  readonly udp: number;
}

/**
 * The way between the pages and the gateway, which can lose packets. By UDP what is lost is lost. By TCP it is sent
 * again, and all that follows waits for it.
 */
export class LossyWay {
  /** How many packets are lost, each way: 0 (none) to 1 (all). */
  loss = 0;
  #udpBlockedUntil = 0;
  readonly #options: LossyWayOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #udp: UdpSocket;
  /** Towards the gateway: a socket for each that a page has. */
  readonly #onward = new Map<string, Onward>();

  private constructor(options: LossyWayOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (page) => void this.#carryStream(page));
    this.#udp = createSocket(options.hostname.includes(':') ? 'udp6' : 'udp4');
    this.#udp.on('message', (packet, { address, port }) => {
      this.#carry(() => this.#onwardFrom(address, port).send(packet, options.udp, LOOPBACK));
    });
  }

  static async open(options: LossyWayOptions): Promise<LossyWay> {
    const way = new LossyWay(options);
    way.#server.listen(0, options.hostname);
    way.#udp.bind(0, options.hostname);
    await Promise.all([once(way.#server, 'listening'), once(way.#udp, 'listening')]);
    return way;
  }

  /** The port that pages come to by TCP. */
  get tcpPort(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The port that pages come to by UDP. */
  get udpPort(): number {
    return this.#udp.address().port;
  }

  /** Lets nothing through by UDP for `duration` milliseconds, as many a firewall does for good. */
  blockUdp(duration: number): void {
    this.#udpBlockedUntil = performance.now() + duration;
  }

  get isUdpBlocked(): boolean {
    return performance.now() < this.#udpBlockedUntil;
  }

  /** Lets everything through. */
  mend(): void {
    this.loss = 0;
    this.#udpBlockedUntil = 0;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#udp.close();
    for (const { socket, idle } of this.#onward.values()) {
      clearTimeout(idle);
      socket.close();
    }
  }

  async #carryStream(page: Socket): Promise<void> {
    const proxy = connect({ port: this.#options.tcp, host: LOOPBACK, allowHalfOpen: true });
    for (const socket of [page, proxy]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    const both = [pipeline(page, this.#holdBack(), proxy), pipeline(proxy, this.#holdBack(), page)];
    // Either end may go at any time.
    await Promise.allSettled(both);
  }

  /** What is lost comes later, and so does all that follows it. */
  #holdBack(): Transform {
    return new Transform({
      transform: (chunk, _encoding, pass) => {
        if (this.#losesOne()) setTimeout(() => pass(null, chunk), RETRANSMISSION);
        else pass(null, chunk);
      },
    });
  }

  #onwardFrom(address: string, port: number): UdpSocket {
    const key = `${address} ${port}`;
    const known = this.#onward.get(key);
    if (known) {
      known.idle.refresh();
      return known.socket;
    }
    const socket = createSocket('udp4');
    socket.on('message', (packet) => {
      this.#carry(() => this.#udp.send(packet, port, address));
    });
    const idle = setTimeout(() => {
      this.#onward.delete(key);
      socket.close();
    }, IDLE);
    this.#onward.set(key, { socket, idle });
    return socket;
  }

  #carry(send: () => void): void {
    if (!this.isUdpBlocked && !this.#losesOne()) send();
  }

  #losesOne(): boolean {
    return Math.random() < this.loss;
  }
}
