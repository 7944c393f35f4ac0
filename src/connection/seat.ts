import type { PlayerSession } from '../api/player-session.js';

/** Who hears of what becomes of a seat. */
export interface SeatListener {
  /** The proxy gave another ticket. Told before the document that it came with. */
  onTicket(ticket: string): void;
  /** A document came, whether or not there is anything new in it. It has the newest ticket. */
  onDocument(session: PlayerSession): void;
}

/**
 * The player's seat in a session: what names it, and the ticket that proves it. Each document about the session passes
 * here, on its way from the proxy to the game.
 */
export class Seat {
  /** Signed proof of the seat. The proxy renews it from time to time. */
  ticket: string | undefined;
  /** The newest document, with the newest ticket; none while none came. */
  session: PlayerSession | undefined;
  /** Whether a request for the seat was sent: then there may be a seat, even if no answer came. */
  isAskedFor = false;
  readonly #listener: SeatListener;

  /** The id of the session; empty while no document came. */
  get sessionId(): string {
    return this.session?.session_id ?? '';
  }

  constructor(listener: SeatListener) {
    this.#listener = listener;
  }

  receive(document: PlayerSession): void {
    const known = this.ticket;
    this.ticket = document.ticket || known;
    this.session = { ...document, ticket: this.ticket };
    if (this.ticket && this.ticket !== known) this.#listener.onTicket(this.ticket);
    this.#listener.onDocument(this.session);
  }
}
