import * as v from 'valibot';
import { Seat } from '../store/index.js';
import type { Sealer } from './sealer.js';

/** Whose channel it is: a player's seat in a session, without what the relay knows of it. */
const ChannelSeat = v.pick(Seat, ['sessionId', 'playerId', 'role']);

/** Whose channel it is: a player's seat in a session, without what the relay knows of it. */
export type ChannelSeat = v.InferOutput<typeof ChannelSeat>;

/** Why a channel ticket opens nothing. */
export class ChannelTicketError extends Error {
  /**
   * `expired`: it was good once, and a newer one is needed. `invalid`: forged, broken, or a ticket for something else.
   */
  readonly reason: 'expired' | 'invalid';

  constructor(reason: ChannelTicketError['reason']) {
    super(`The channel ticket is ${reason}.`);
    this.name = 'ChannelTicketError';
    this.reason = reason;
  }
}

/** How long a channel ticket is good for opening a channel, in seconds. */
const LIFETIME = 5 * 60;

/**
 * Issues and reads the tickets that open a channel to the relay. One is good for a few minutes and for nothing else: it
 * is no seat's ticket, so that whoever holds it can neither leave, nor kick, nor end the session.
 */
export class ChannelTickets {
  readonly #sealer: Pick<Sealer, 'seal' | 'open'>;

  constructor(sealer: Pick<Sealer, 'seal' | 'open'>) {
    this.#sealer = sealer;
  }

  /** A ticket for this seat's channel, good for five minutes. */
  issue({ sessionId, playerId, role }: ChannelSeat): Promise<string> {
    return this.#sealer.seal('relais-channel', { seat: { sessionId, playerId, role } }, LIFETIME);
  }

  /**
   * The seat that a ticket opens a channel for.
   *
   * @throws {ChannelTicketError} rejects with `expired` or `invalid`.
   */
  async read(ticket: string): Promise<ChannelSeat> {
    const opened = await this.#sealer.open('relais-channel', ticket);
    if (opened.state !== 'good') throw new ChannelTicketError(opened.state);
    const seat = v.safeParse(ChannelSeat, opened.claims['seat']);
    if (!seat.success) throw new ChannelTicketError('invalid');
    return seat.output;
  }
}
