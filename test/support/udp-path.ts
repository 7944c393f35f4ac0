import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A path by UDP from pages to a gateway, which a test may cut: what comes then is lost. */
export class UdpPath implements AsyncDisposable {
  /** Whether nothing gets through. */
  isCut = false;
  /** Decides for each packet whether it is lost. */
  loses: (bytes: Buffer) => boolean = () => false;
  /** Packets that were carried, both ways. */
  carried = 0;
  /** Packets that are kept until {@link release}, where a test wants that. */
  holds = false;
  readonly #held: (() => void)[] = [];
  readonly #front: Socket;
  /** A socket for each page's own. */
  readonly #backs = new Map<string, Socket>();
  readonly #target: () => number;

  private constructor(front: Socket, target: () => number) {
    this.#front = front;
    this.#target = target;
    front.on('message', (bytes, { address, port }) => {
      const key = `${address}:${port}`;
      const back = this.#backs.get(key) ?? this.#open(key, address, port);
      this.#carry(bytes, () => back.send(bytes, this.#target(), '127.0.0.1'));
    });
  }

  /** @param target - the gateway's port, on loopback. */
  static async start(target: () => number): Promise<UdpPath> {
    const front = createSocket('udp4').bind(0, '127.0.0.1');
    await once(front, 'listening');
    return new UdpPath(front, target);
  }

  get port(): number {
    return this.#front.address().port;
  }

  /** Lets go of what was held. */
  release(): void {
    this.holds = false;
    for (const pass of this.#held.splice(0)) pass();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const back of this.#backs.values()) back.close();
    this.#front.close();
  }

  #open(key: string, address: string, port: number): Socket {
    const back = createSocket('udp4').bind(0, '127.0.0.1');
    back.on('message', (bytes) => this.#carry(bytes, () => this.#front.send(bytes, port, address)));
    this.#backs.set(key, back);
    return back;
  }

  #carry(bytes: Buffer, pass: () => void): void {
    if (this.isCut || this.loses(bytes)) return;
    this.carried += 1;
    if (this.holds) this.#held.push(pass);
    else pass();
  }
}
