import type {
  FollowedSeat,
  SeatListener,
  SeatRefusalCode,
} from '../../channel-protocol/seat-source.js';
import { ChannelTicketError, type ChannelTickets } from '../identity/index.js';
import type { Leases } from '../upkeep/index.js';
import type { SessionWatcher } from '../watch/index.js';
import { Following, type FollowingTools } from './following.js';
import type { PlayerLeases } from './player-leases.js';

/** What {@link FollowSeat} works with. */
export interface FollowSeatTools extends Omit<FollowingTools, 'claim'> {
  readonly channelTickets: ChannelTickets;
  readonly leases: Leases;
  readonly playerLeases: PlayerLeases;
}

/** The service is asked on behalf of a gateway this often for one session at most, in milliseconds. */
const REFRESH_EVERY = 5_000;

/** Why a channel ticket opens nothing here. */
export class FollowRefusal extends Error {
  readonly code: SeatRefusalCode;
  /** One word for the page and the log. */
  readonly reason: string;

  constructor(code: SeatRefusalCode, reason: string) {
    super(reason);
    this.name = 'FollowRefusal';
    this.code = code;
    this.reason = reason;
  }
}

/**
 * Follows seats for the gateway: where their relay is, and when they end. To follow costs no request, renews no lease
 * and counts in no limit.
 */
export class FollowSeat {
  readonly #tools: FollowSeatTools;
  /** Tells this process from the others that share its store. */
  readonly #process = crypto.randomUUID();
  /** When the service was last asked for a session's news, on the monotonic clock. */
  readonly #refreshed = new WeakMap<SessionWatcher, number>();

  constructor(tools: FollowSeatTools) {
    this.#tools = tools;
  }

  /**
   * Follows the seat that a channel ticket is for. Of several processes that follow one seat, the newest goes on: the
   * others tell their listeners that they are `replaced`, by the store's clock. Rejects with a {@link FollowRefusal}.
   *
   * @param admit - called with the seat's key before the store is asked. What it throws, this rejects with.
   */
  async follow(
    ticket: string,
    listener: SeatListener,
    admit: (key: string) => void = () => {},
  ): Promise<FollowedSeat> {
    const { leases, playerLeases, records, watchers } = this.#tools;
    const { playerId, sessionId } = await this.#read(ticket);
    const key = JSON.stringify([sessionId, playerId]);
    admit(key);
    // The first that the store is asked for: in this order the wires came.
    const claim = await records.makeClaim(sessionId, playerId, this.#process);
    const watcher = watchers.of(sessionId);
    await this.#checkIsThere(watcher, playerId);
    const tools = { ...this.#tools, claim };
    const following = new Following(tools, watcher, playerId, listener);
    await following.start();
    return {
      key,
      lease: leases.duration,
      session: sessionId,
      player: playerId,
      renew: async () => {
        if (following.mayRenew()) await playerLeases.renew(watcher, playerId);
      },
      refresh: () => this.#refresh(watcher),
      release: () => following.release(),
    };
  }

  async #read(ticket: string) {
    try {
      return await this.#tools.channelTickets.read(ticket);
    } catch (error) {
      if (error instanceof ChannelTicketError) throw new FollowRefusal(4401, error.reason);
      throw error;
    }
  }

  async #checkIsThere(watcher: SessionWatcher, playerId: string): Promise<void> {
    const { isClosing, records } = this.#tools;
    const { sessionId } = watcher;
    if (isClosing()) throw new FollowRefusal(4503, 'closing');
    if (await records.hasEnded(sessionId)) throw new FollowRefusal(4404, 'ended');
    if (await records.departure(sessionId, playerId)) throw new FollowRefusal(4403, 'revoked');
    const isLoaded = await watcher.load().then(
      () => true,
      () => false,
    );
    if (watcher.hasEnded) throw new FollowRefusal(4404, 'ended');
    // What the store has forgotten comes back with the player's next request to the proxy.
    if (!isLoaded || !watcher.seat(playerId)) throw new FollowRefusal(4503, 'not-loaded');
    if (watcher.document.error) throw new FollowRefusal(4404, 'ended');
  }

  #refresh(watcher: SessionWatcher): void {
    const now = this.#tools.clock.monotonic();
    const last = this.#refreshed.get(watcher) ?? Number.NEGATIVE_INFINITY;
    if (now - last < REFRESH_EVERY) return;
    this.#refreshed.set(watcher, now);
    void watcher.refresh();
  }
}
