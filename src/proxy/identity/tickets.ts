import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import type { Clock } from '../../common/clock.js';
import { Seat } from '../store/index.js';
import { RememberedTickets } from './remembered-tickets.js';
import type { Sealer } from './sealer.js';
import type { Signer } from './signer.js';
import { dateTicket, isTimeToRenew, type Ticket, type TicketFacts } from './ticket-dates.js';

/** What {@link Tickets} works with. */
export interface TicketsOptions {
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
  /** For the signed tickets of older versions. */
  readonly signer: Pick<Signer, 'verify'>;
  readonly clock: Clock;
  /** In seconds. */
  readonly lifetime: number;
}

/** Issues, checks and renews seats' tickets. Each opens one session for one player; only the proxy can read it. */
export class Tickets {
  readonly #options: TicketsOptions;
  readonly #remembered = new RememberedTickets();

  constructor(options: TicketsOptions) {
    this.#options = options;
  }

  /**
   * A ticket for a seat: the one that was issued for it before, as long as that is young and not forgotten. So a player
   * who asks with their login gets the same document each time, if nothing else has changed.
   */
  async of(seat: Seat): Promise<Ticket> {
    const issued = await this.#remembered.issuedFor(seat);
    if (issued && !this.isAgeing(issued)) return issued;
    const ticket = this.#issue(seat);
    this.#remembered.setIssued(seat, ticket);
    return ticket;
  }

  /** How many tickets are remembered. */
  get size(): number {
    return this.#remembered.size;
  }

  /** Forgets the tickets of a session that nobody uses here. If one of them comes all the same, it is checked again. */
  forget(sessionId: string): void {
    this.#remembered.forget(sessionId);
  }

  /** A ticket that was checked before and has not expired. */
  known(text: string): Ticket | undefined {
    const ticket = this.#remembered.find(text);
    return ticket && ticket.expires > this.#options.clock.monotonic() ? ticket : undefined;
  }

  /** The ticket that a text is; `undefined` where it is forged, expired or no ticket at all. */
  async verify(text: string): Promise<Ticket | undefined> {
    const known = this.known(text);
    if (known) return known;
    const sealed = await this.#openSealed(text);
    const claims = sealed ?? (await this.#verifySigned(text));
    const seat = v.safeParse(Seat, claims?.['seat']);
    if (!seat.success) return undefined;
    const { iat = 0, exp = 0 } = claims ?? {};
    const dates = { issued: iat * 1000, expires: exp * 1000 };
    return this.#remember({ text, seat: seat.output, ...dates, isSealed: sealed !== undefined });
  }

  /** Whether it is time for a new one. */
  isAgeing(ticket: Ticket): boolean {
    return isTimeToRenew(ticket, this.#options.clock);
  }

  /** The ticket itself, or its successor once half its life is over. Whoever renders a document asks for it. */
  async renew(ticket: Ticket): Promise<Ticket> {
    if (!this.isAgeing(ticket)) return ticket;
    ticket.successor ??= this.#issue(ticket.seat);
    return ticket.successor;
  }

  async #openSealed(text: string): Promise<JWTPayload | undefined> {
    const opened = await this.#options.sealer.open('relais-ticket', text);
    return opened.state === 'good' ? opened.claims : undefined;
  }

  /** Checks a ticket of an older version, which is signed and not encrypted. It is good until it ends. */
  async #verifySigned(text: string): Promise<JWTPayload | undefined> {
    return (await this.#options.signer.verify('relais-ticket', text))?.claims;
  }

  async #issue(seat: Seat): Promise<Ticket> {
    const { clock, lifetime, sealer } = this.#options;
    const text = await sealer.seal('relais-ticket', { seat }, lifetime);
    const now = Math.floor(clock.now() / 1000) * 1000;
    const dates = { issued: now, expires: now + lifetime * 1000 };
    return this.#remember({ text, seat, ...dates, isSealed: true });
  }

  #remember(facts: TicketFacts): Ticket {
    const ticket = dateTicket(facts, this.#options.clock);
    this.#remembered.add(ticket);
    return ticket;
  }
}
