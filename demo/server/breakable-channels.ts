import type { Gateway } from '../../src/gateway/index.js';

type Upgrade = Parameters<Gateway['upgrade']>;

/** The WebSockets between the pages and the gateway, which can be cut. */
export class BreakableChannels {
  readonly #sockets = new Set<Upgrade[1]>();
  #gateway: Gateway | undefined;
  #cutUntil = 0;

  connect(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  /** Cuts all of them without a word, and each new one for `duration` milliseconds. */
  cut(duration: number): void {
    this.#cutUntil = performance.now() + duration;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Whether each new one is cut now. */
  get isCut(): boolean {
    return performance.now() < this.#cutUntil;
  }

  /** Cuts nothing any more. */
  mend(): void {
    this.#cutUntil = 0;
  }

  upgrade(...[request, socket, head]: Upgrade): void {
    if (!this.#gateway || this.isCut) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#gateway.upgrade(request, socket, head);
  }
}
