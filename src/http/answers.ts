import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The answers that are due on each connection, in the order of their requests. A client may send the next request
 * before it has the answer to the last one. Node tells only the first of these answers when the connection is lost.
 */
export class Answers {
  readonly #due = new Map<Duplex, readonly ServerResponse[]>();
  #isClosing = false;

  /** A connection was opened. One whose request was read once more is met again, and nothing is new. */
  meet(socket: Socket): void {
    if (this.#due.has(socket)) return;
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

  /** Whether the client would take an answer that is sent now for the answer to the request that is being read. */
  mayAnswer(socket: Duplex): boolean {
    const newest = this.#due.get(socket)?.at(-1);
    return !newest?.headersSent || (newest.req.complete && newest.writableFinished);
  }

  /** Ends each connection after the next answer on it. */
  drain(): void {
    this.#isClosing = true;
  }

  /** Ends every connection after the last answer that is due on it, and at once if nothing was ever asked on it. */
  close(): void {
    this.drain();
    for (const [socket, due] of this.#due) {
      const last = due.at(-1);
      if (last && !last.headersSent) last.shouldKeepAlive = false;
      // Node thinks that a request is on its way on such a connection, and would leave it open.
      if ((socket as Socket).bytesRead === 0) socket.destroy();
    }
  }

  /** Tells the answers that wait behind others that the connection is lost. */
  #abandon(socket: Duplex): void {
    for (const answer of this.#due.get(socket) ?? []) {
      if (!answer.socket && !answer.writableFinished) answer.emit('close');
    }
    this.#due.delete(socket);
  }
}
