import type { Caller, Tickets } from '../identity/index.js';
import type { Rendering } from '../watch/index.js';
import type { OwnSession } from './own-sessions.js';

/** What players get to read of their sessions, each with a ticket of their own in it. */
export class OwnDocuments {
  readonly #tickets: Tickets;

  constructor(tickets: Tickets) {
    this.#tickets = tickets;
  }

  /** What the player gets to read now, where their ticket needs no renewal: for that nothing has to be waited for. */
  atHand({ watcher, seat }: OwnSession, { ticket }: Caller): Rendering | undefined {
    return ticket && !this.#tickets.isAgeing(ticket)
      ? watcher.render(seat, ticket.text)
      : undefined;
  }

  /** What the player gets to read now, with their ticket or a newer one. */
  async render(own: OwnSession, caller: Caller): Promise<Rendering> {
    return own.watcher.render(own.seat, await this.ticketFor(own, caller));
  }

  /** The ticket that the player gets to read: their own, or a newer one. */
  async ticketFor({ seat }: OwnSession, { ticket }: Caller): Promise<string> {
    const { text } = await (ticket ? this.#tickets.renew(ticket) : this.#tickets.of(seat));
    return text;
  }
}
