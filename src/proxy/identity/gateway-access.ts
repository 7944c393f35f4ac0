import type { Clock } from '../../common/clock.js';
import type { Seat } from '../store/index.js';
import type { ChannelTickets } from './channel-tickets.js';

/** What lets a page open a channel: it stands in the page's session document. */
export interface GatewayAccess {
  /** Where the gateway is; one that is relative is so to the proxy's own URL. */
  readonly url: string;
  /** Opens a channel within five minutes of its issue. */
  readonly ticket: string;
}

/** An access that was given out. */
interface Issued {
  readonly access: GatewayAccess;
  /** When it gets a successor, on the monotonic clock. */
  readonly ageingAt: number;
}

/** After this time an access gets a successor, in milliseconds: half the life of its ticket. */
const YOUNG = 150_000;

/** Gives seats whose players come by the gateway what they need to open a channel. */
export class GatewayAccesses {
  #url: string | undefined;
  readonly #tickets: ChannelTickets;
  readonly #clock: Clock;
  /** By session, and there by player. */
  readonly #issued = new Map<string, Map<string, Issued>>();

  /** @param url - of the gateway; `undefined` where there is none. */
  constructor(url: string | undefined, tickets: ChannelTickets, clock: Clock) {
    this.#url = url;
    this.#tickets = tickets;
    this.#clock = clock;
  }

  /** Whether a seat has an access at all. */
  isFor(seat: Seat): boolean {
    return this.#url !== undefined && seat.via === 'gateway';
  }

  /** The seat's access, where there is one that is young. */
  atHand({ playerId, sessionId }: Seat): GatewayAccess | undefined {
    const issued = this.#issued.get(sessionId)?.get(playerId);
    return issued && issued.ageingAt > this.#clock.monotonic() ? issued.access : undefined;
  }

  /** The seat's access, anew where there is none that is young. `undefined` for a seat that has none at all. */
  async of(seat: Seat): Promise<GatewayAccess | undefined> {
    if (this.#url === undefined || !this.isFor(seat)) return undefined;
    const known = this.atHand(seat);
    if (known) return known;
    const ticket = await this.#tickets.issue(seat);
    const access = { url: this.#url, ticket };
    const ofSession = this.#issued.get(seat.sessionId) ?? new Map<string, Issued>();
    ofSession.set(seat.playerId, { access, ageingAt: this.#clock.monotonic() + YOUNG });
    this.#issued.set(seat.sessionId, ofSession);
    return access;
  }

  /** From now on names another gateway, to those who have an access already as well: this process is about to stop. */
  moveTo(url: string): void {
    if (this.#url === undefined || this.#url === url) return;
    this.#url = url;
    this.#issued.clear();
  }

  /** Forgets a session's: nobody uses it here. */
  forget(sessionId: string): void {
    this.#issued.delete(sessionId);
  }
}
