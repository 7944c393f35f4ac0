import type { PlayerSession, Role } from '../api/player-session.js';

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
  /** The id of the session; empty while no document came. */
  sessionId = '';
  playerId: string | undefined;
  role: Role | undefined;
  /** Whether a request for the seat was sent: then there may be a seat, even if no answer came. */
  isAskedFor = false;
  readonly #listener: SeatListener;

  constructor(listener: SeatListener) {
    this.#listener = listener;
  }

  receive(document: PlayerSession): void {
    const known = this.ticket;
    this.ticket = document.ticket || known;
    this.sessionId = document.session_id;
    this.playerId = document.player_id;
    this.role = document.role;
    if (this.ticket && this.ticket !== known) this.#listener.onTicket(this.ticket);
    this.#listener.onDocument({ ...document, ticket: this.ticket });
  }
}
