import type { Clock } from '../../common/clock.js';
import type { Seat } from '../store/index.js';

/** A ticket that was checked, or issued here. */
export interface Ticket {
  readonly text: string;
  readonly seat: Seat;
  /**
   * When it ends, on the monotonic clock, so that a ticket that was good when it was checked stays good whatever the
   * wall clock does.
   */
  readonly expires: number;
  /** When it is time for a new one, on the monotonic clock and on the wall clock, by which a new process decides. */
  readonly renewAt: { readonly monotonic: number; readonly now: number };
  /** The new ticket, once it was issued. A ticket has only one successor. */
  successor?: Promise<Ticket>;
}

/** What a ticket says of itself: its text, the seat in it, and from when to when it is good. */
export interface TicketFacts {
  readonly text: string;
  readonly seat: Seat;
  /** In milliseconds since the epoch. */
  readonly issued: number;
  /** In milliseconds since the epoch. */
  readonly expires: number;
  /** Whether nobody but the proxy can read it. */
  readonly isSealed: boolean;
}

/**
 * Works out when a ticket ends and when it is renewed, which is once half its life is over. One that anybody can read
 * is renewed at once, so that no page gets it again.
 */
export function dateTicket(facts: TicketFacts, clock: Clock): Ticket {
  const { text, seat, issued, expires, isSealed } = facts;
  const lifetime = expires - issued;
  // A ticket that seems to come from the future was issued before the wall clock was set back. It counts as new.
  const age = Math.max(0, clock.now() - issued);
  const start = clock.monotonic() - age;
  const young = isSealed ? lifetime / 2 : 0;
  const renewAt = { monotonic: start + young, now: issued + young };
  return { text, seat, expires: start + lifetime, renewAt };
}

/** Whether it is time for a new one. */
export function isTimeToRenew({ renewAt }: Ticket, clock: Clock): boolean {
  return renewAt.monotonic <= clock.monotonic() || renewAt.now <= clock.now();
}
