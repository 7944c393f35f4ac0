import type { PlayerSession } from '../api/player-session.js';

/** Who hears of what becomes of a seat. */
export interface SeatListener {
  /** The proxy gave another ticket. Told before the document that it came with. */
  onTicket(ticket: string): void;
  /** A document came, whether or not there is anything new in it. It has the newest ticket. */
  onDocument(session: PlayerSession): void;
}

/** What names a seat: whose it is, and in which session. */
export type SeatName = Pick<PlayerSession, 'player_id' | 'role' | 'session_id'>;

/**
 * The player's seat in a session: what names it, and the ticket that proves it. Each document about the session passes
 * here, on its way from the proxy to the game.
 */
export class Seat {
  /** Signed proof of the seat. The proxy renews it from time to time. */
  ticket: string | undefined;
  /** What names it; nothing while no document came. */
  name: SeatName | undefined;
  /** Whether a request for the seat was sent: then there may be a seat, even if no answer came. */
  isAskedFor = false;
  readonly #listener: SeatListener;

  /** The id of the session; empty while no document came. */
  get sessionId(): string {
    return this.name?.session_id ?? '';
  }

  constructor(listener: SeatListener) {
    this.#listener = listener;
  }

  receive(document: PlayerSession): void {
    const known = this.ticket;
    const { player_id, role, session_id } = document;
    this.name = { player_id, role, session_id };
    this.ticket = document.ticket || known;
    if (this.ticket && this.ticket !== known) this.#listener.onTicket(this.ticket);
    this.#listener.onDocument({ ...document, ticket: this.ticket });
  }
}
