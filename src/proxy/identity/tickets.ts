import * as v from 'valibot';
import type { Clock } from '../../common/clock.js';
import { Seat } from '../store/index.js';
import type { Signer } from './signer.js';

/** A ticket that was checked. */
export interface Ticket {
  readonly text: string;
  readonly seat: Seat;
  /** On the monotonic clock: what was good when it was checked stays good for as long, whatever the wall clock does. */
  readonly expires: number;
  /** When it is time for a new one: on the monotonic clock, and on the wall clock, which a new process goes by. */
  readonly renewAt: { readonly monotonic: number; readonly now: number };
  /** The new one, once it was signed: one ticket has one successor. */
  successor?: Promise<Ticket>;
}

/** What is remembered of one session's tickets. */
interface Remembered {
  /** What its tickets are looked up by. */
  readonly signatures: Set<string>;
  /** Those that were signed for a seat, by the seat. */
  readonly issued: Map<string, Promise<Ticket>>;
}

/** Tickets that are remembered: beyond them the session that came first makes way. */
const REMEMBERED = 20_000;
/** A checked ticket is looked up by its end, in characters: its signature, which tells as much as all of it. */
const SIGNATURE = 43;

/** Signs and checks tickets, which open one session for one player. */
export class Tickets {
  readonly #signer: Signer;
  readonly #clock: Clock;
  readonly #lifetime: number;
  readonly #checked = new Map<string, Ticket>();
  readonly #sessions = new Map<string, Remembered>();

  /** @param lifetime - in seconds. */
  constructor(signer: Signer, clock: Clock, lifetime: number) {
    this.#signer = signer;
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  /**
   * A ticket for a seat: the one that was issued for it before, as long as that is young and not forgotten. So who
   * asks with a login gets the same document each time, while nothing else changes.
   */
  async of(seat: Seat): Promise<Ticket> {
    const key = JSON.stringify(seat);
    const issued = await this.#sessions.get(seat.sessionId)?.issued.get(key);
    if (issued && !this.isAgeing(issued)) return issued;
    const ticket = this.#sign(seat);
    this.#of(seat.sessionId).issued.set(key, ticket);
    return ticket;
  }

  async #sign(seat: Seat): Promise<Ticket> {
    const text = await this.#signer.sign('relais-ticket', { seat }, this.#lifetime);
    const now = Math.floor(this.#clock.now() / 1000) * 1000;
    return this.#remember(text, seat, now, now + this.#lifetime * 1000);
  }

  /** How many tickets are remembered. */
  get size(): number {
    return this.#checked.size;
  }

  /** Forgets a session's tickets: nobody uses it here. One that comes all the same is checked anew. */
  forget(sessionId: string): void {
    for (const signature of this.#sessions.get(sessionId)?.signatures ?? []) {
      this.#checked.delete(signature);
    }
    this.#sessions.delete(sessionId);
  }

  /** A ticket that was checked before and has not expired. */
  known(text: string): Ticket | undefined {
    const ticket = this.#checked.get(text.slice(-SIGNATURE));
    return ticket?.text === text && ticket.expires > this.#clock.monotonic() ? ticket : undefined;
  }

  /** `undefined` where it is forged, expired or no ticket at all. */
  async verify(text: string): Promise<Ticket | undefined> {
    const known = this.known(text);
    if (known) return known;
    const verified = await this.#signer.verify('relais-ticket', text);
    const seat = v.safeParse(Seat, verified?.claims['seat']);
    if (!seat.success) return undefined;
    const { iat = 0, exp = 0 } = verified?.claims ?? {};
    return this.#remember(text, seat.output, iat * 1000, exp * 1000);
  }

  /** Whether it is time for a new one. */
  isAgeing(ticket: Ticket): boolean {
    const { monotonic, now } = ticket.renewAt;
    return monotonic <= this.#clock.monotonic() || now <= this.#clock.now();
  }

  /** The ticket itself, or its successor once half its life is over. */
  async renew(ticket: Ticket): Promise<Ticket> {
    if (!this.isAgeing(ticket)) return ticket;
    ticket.successor ??= this.#sign(ticket.seat);
    return ticket.successor;
  }

  /** `issued` and `expires` are in milliseconds since the epoch. */
  #remember(text: string, seat: Seat, issued: number, expires: number): Ticket {
    const lifetime = expires - issued;
    // One that seems to come from the future was issued before the wall clock was set back: it is as good as new.
    const age = Math.max(0, this.#clock.now() - issued);
    const start = this.#clock.monotonic() - age;
    const half = lifetime / 2;
    const renewAt = { monotonic: start + half, now: issued + half };
    const ticket: Ticket = { text, seat, expires: start + lifetime, renewAt };
    const signature = text.slice(-SIGNATURE);
    this.#makeRoom();
    this.#checked.set(signature, ticket);
    this.#of(seat.sessionId).signatures.add(signature);
    return ticket;
  }

  #makeRoom(): void {
    for (const oldest of this.#sessions.keys()) {
      if (this.#checked.size < REMEMBERED) return;
      this.forget(oldest);
    }
  }

  #of(sessionId: string): Remembered {
    const known = this.#sessions.get(sessionId);
    if (known) return known;
    const remembered = { signatures: new Set<string>(), issued: new Map() };
    this.#sessions.set(sessionId, remembered);
    return remembered;
  }
}
