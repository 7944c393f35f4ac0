import type { SeatDocument } from '../channel-protocol/seat-source.js';
import type { CompleteLimits } from './gateway-options.js';
import { RateLimit } from './rate-limit.js';

/** The most players that a host's share of what may be sent is reckoned for. */
const MOST_PLAYERS = 64;
/** What the relay may send to one player, as a multiple of what the player may. */
const RELAY_SHARE = 10;

/** What may pass one seat's channel: from its page, and from the relay. A host may send for each of its players. */
export class SeatRates {
  readonly page: RateLimit;
  readonly relay: RateLimit;
  readonly #limits: CompleteLimits;

  constructor(limits: CompleteLimits, now: number) {
    const { datagramsPerSecond, bytesPerSecond } = limits;
    this.#limits = limits;
    this.page = new RateLimit(datagramsPerSecond, bytesPerSecond, now);
    this.relay = new RateLimit(datagramsPerSecond, bytesPerSecond, now);
  }

  /** Goes by the newest document: the host's share grows with its session. */
  set({ role, players }: SeatDocument): void {
    const { datagramsPerSecond, bytesPerSecond } = this.#limits;
    const share = role === 'server' ? Math.min(Math.max(players, 1), MOST_PLAYERS) : 1;
    this.page.set(datagramsPerSecond * share, bytesPerSecond * share);
    const relayShare = share * RELAY_SHARE;
    this.relay.set(datagramsPerSecond * relayShare, bytesPerSecond * relayShare);
  }
}
