import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The answers that are due on each connection, in the order of their requests. A client may send the next request
 * before it has the answer to the last, and Node tells only the answer whose turn it is what becomes of the connection.
 */
export class Answers {
  readonly #due = new Map<Duplex, readonly ServerResponse[]>();
  #isClosing = false;

  /** A connection was opened. */
  meet(socket: Socket): void {
    this.#due.set(socket, []);
    socket.once('close', () => this.#abandon(socket));
  }

  /** A request has come, and will be answered. */
  add(answer: ServerResponse): void {
    const { socket } = answer.req;
    const open = this.#due.get(socket)?.filter(({ writableFinished }) => !writableFinished) ?? [];
    this.#due.set(socket, [...open, answer]);
    if (this.#isClosing) answer.shouldKeepAlive = false;
  }

  /** Whether an answer that is sent now would be taken for that to the request that is being read. */
  mayAnswer(socket: Duplex): boolean {
    const newest = this.#due.get(socket)?.at(-1);
    return !newest?.headersSent || (newest.req.complete && newest.writableFinished);
  }

  /** Has every connection end with the last answer that is due on it, and at once where nothing was ever asked. */
  close(): void {
    this.#isClosing = true;
    for (const [socket, due] of this.#due) {
      const last = due.at(-1);
      if (last && !last.headersSent) last.shouldKeepAlive = false;
      // Node takes such a connection for one whose request is on its way.
      if ((socket as Socket).bytesRead === 0) socket.destroy();
    }
  }

  /** Tells those that wait for their turn that it will not come. */
  #abandon(socket: Duplex): void {
    for (const answer of this.#due.get(socket) ?? []) {
      if (!answer.socket && !answer.writableFinished) answer.emit('close');
    }
    this.#due.delete(socket);
  }
}
