import type { Seat } from '../store/index.js';
import type { Ticket } from './ticket-dates.js';

/** What is remembered of one session's tickets. */
interface OfSession {
  /** What its tickets are looked up by. */
  readonly ends: Set<string>;
  /** The tickets that were issued, by their seats. */
  readonly issued: Map<string, Promise<Ticket>>;
}

/** How many tickets are remembered at most. Beyond that the session that came first is forgotten. */
const MOST = 20_000;
/**
 * How many characters at the end of a ticket it is looked up by. They are its authentication tag, so no two tickets
 * share them.
 */
const END = 43;

/**
 * The tickets that were checked or issued here. Nearly every request comes with one of them, and so needs no
 * cryptography.
 */
export class RememberedTickets {
  readonly #byEnd = new Map<string, Ticket>();
  readonly #sessions = new Map<string, OfSession>();

  /** How many tickets are remembered. */
  get size(): number {
    return this.#byEnd.size;
  }

  /** The ticket with this text, expired or not. */
  find(text: string): Ticket | undefined {
    const ticket = this.#byEnd.get(endOf(text));
    return ticket?.text === text ? ticket : undefined;
  }

  add(ticket: Ticket): void {
    this.#makeRoom();
    const end = endOf(ticket.text);
    this.#byEnd.set(end, ticket);
    this.#session(ticket.seat.sessionId).ends.add(end);
  }

  /** The ticket that was issued for a seat last, or is about to be. */
  issuedFor(seat: Seat): Promise<Ticket> | undefined {
    return this.#sessions.get(seat.sessionId)?.issued.get(JSON.stringify(seat));
  }

  setIssued(seat: Seat, ticket: Promise<Ticket>): void {
    this.#session(seat.sessionId).issued.set(JSON.stringify(seat), ticket);
  }

  /** Forgets all tickets of a session. */
  forget(sessionId: string): void {
    for (const end of this.#sessions.get(sessionId)?.ends ?? []) this.#byEnd.delete(end);
    this.#sessions.delete(sessionId);
  }

  #makeRoom(): void {
    for (const oldest of this.#sessions.keys()) {
      if (this.#byEnd.size < MOST) return;
      this.forget(oldest);
    }
  }

  #session(sessionId: string): OfSession {
    const known = this.#sessions.get(sessionId);
    if (known) return known;
    const session: OfSession = { ends: new Set(), issued: new Map() };
    this.#sessions.set(sessionId, session);
    return session;
  }
}

const endOf = (text: string) => text.slice(-END);
