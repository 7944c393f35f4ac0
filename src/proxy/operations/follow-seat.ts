import type {
  FollowedSeat,
  SeatDocument,
  SeatEnd,
  SeatListener,
  SeatRefusalCode,
} from '../../channel-protocol/seat-source.js';
import type { Clock } from '../../common/clock.js';
import { ChannelTicketError, type ChannelTickets } from '../identity/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Leases } from '../upkeep/index.js';
import type { SessionWatcher, Watchers } from '../watch/index.js';
import { findUser } from '../watch/index.js';
import type { PlayerLeases } from './player-leases.js';

/** What {@link FollowSeat} works with. */
export interface FollowSeatTools {
  readonly channelTickets: ChannelTickets;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly playerLeases: PlayerLeases;
  readonly records: SessionRecords;
  readonly watchers: Watchers;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}

/** How long a wait for news lasts at most, in milliseconds. */
const LONGEST_WAIT = 60_000;
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
  /** When the service was last asked for a session's news, on the monotonic clock. */
  readonly #refreshed = new WeakMap<SessionWatcher, number>();

  constructor(tools: FollowSeatTools) {
    this.#tools = tools;
  }

  /** Follows the seat that a channel ticket is for. Rejects with a {@link FollowRefusal}. */
  async follow(ticket: string, listener: SeatListener): Promise<FollowedSeat> {
    const { leases, playerLeases, watchers } = this.#tools;
    const { playerId, sessionId } = await this.#read(ticket);
    const watcher = watchers.of(sessionId);
    await this.#checkIsThere(watcher, playerId);
    const following = new Following(this.#tools, sessionId, playerId, listener);
    following.start();
    return {
      key: `${sessionId} ${playerId}`,
      lease: leases.duration,
      session: sessionId,
      player: playerId,
      renew: async () => {
        const current = watchers.of(sessionId);
        if (following.mayRenew(current)) await playerLeases.renew(current, playerId);
      },
      refresh: () => this.#refresh(watchers.of(sessionId)),
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
    await watcher.load().catch(() => {});
    if (await records.hasEnded(sessionId)) throw new FollowRefusal(4404, 'ended');
    // What the store has forgotten comes back with the player's next request to the proxy.
    if (!watcher.isFresh || !watcher.seat(playerId)) throw new FollowRefusal(4503, 'not-loaded');
  }

  #refresh(watcher: SessionWatcher): void {
    const now = this.#tools.clock.monotonic();
    const last = this.#refreshed.get(watcher) ?? Number.NEGATIVE_INFINITY;
    if (now - last < REFRESH_EVERY) return;
    this.#refreshed.set(watcher, now);
    void watcher.refresh();
  }
}

/** One seat that is followed, from now to its end. */
class Following {
  readonly #tools: FollowSeatTools;
  readonly #sessionId: string;
  readonly #playerId: string;
  readonly #listener: SeatListener;
  readonly #life = new AbortController();
  #told = '';
  /** When the player said that they may be leaving, on the monotonic clock. */
  #leavingSince: number | undefined;

  constructor(tools: FollowSeatTools, sessionId: string, playerId: string, listener: SeatListener) {
    this.#tools = tools;
    this.#sessionId = sessionId;
    this.#playerId = playerId;
    this.#listener = listener;
  }

  start(): void {
    this.#tell(this.#tools.watchers.of(this.#sessionId));
    void this.#run();
  }

  release(): void {
    this.#life.abort();
  }

  /** Not while the player may be leaving: only a request of theirs, or a new wire, says that they stay. */
  mayRenew({ renewals }: SessionWatcher): boolean {
    if (this.#leavingSince === undefined) return true;
    const since = this.#tools.clock.monotonic() - this.#leavingSince;
    if (!renewals.isWithin(this.#playerId, since)) return false;
    this.#leavingSince = undefined;
    return true;
  }

  async #run(): Promise<void> {
    const { clock, isClosing, watchers } = this.#tools;
    const { signal } = this.#life;
    while (!signal.aborted) {
      const watcher = watchers.of(this.#sessionId);
      const mayLeave = await watcher.wait(this.#playerId, LONGEST_WAIT, signal);
      if (signal.aborted) return;
      if (isClosing()) return this.#end('closing');
      if (mayLeave) this.#leavingSince = clock.monotonic();
      watcher.use();
      const end = await this.#endOf(watcher);
      if (end) return this.#end(end);
      this.#tell(watcher);
    }
  }

  /** Why the seat is no more; `undefined` where it still is. */
  async #endOf(watcher: SessionWatcher): Promise<SeatEnd | undefined> {
    await watcher.load().catch(() => {});
    if (watcher.hasEnded || watcher.document.error) return 'ended';
    return watcher.seat(this.#playerId) ? undefined : 'revoked';
  }

  #end(reason: SeatEnd): void {
    this.#life.abort();
    this.#listener.onEnd(reason);
  }

  /** Tells the listener where the seat's relay is, where that is news. */
  #tell(watcher: SessionWatcher): void {
    const document = documentOf(watcher, this.#playerId);
    if (!document || this.#life.signal.aborted) return;
    const text = JSON.stringify(document);
    if (text === this.#told) return;
    this.#told = text;
    this.#listener.onDocument(document);
  }
}

function documentOf(watcher: SessionWatcher, playerId: string): SeatDocument | undefined {
  const { document, seats } = watcher;
  const seat = watcher.seat(playerId);
  if (!seat) return undefined;
  const host = document.relay?.host || document.relay?.ip;
  const port = document.relay?.ports?.[seat.role]?.port;
  const user = findUser(document, seat, seats);
  return {
    role: seat.role,
    players: seats.length,
    isOpen: document.ready && document.linked,
    relay: host && port ? { host, port } : undefined,
    userAuthorizationToken: user?.authorization_token ?? seat.authorizationToken,
    sessionAuthorizationToken: document.authorization_token,
  };
}
