import type { SeatDocument, SeatEnd, SeatListener } from '../../channel-protocol/seat-source.js';
import type { Clock } from '../../common/clock.js';
import {
  isLater,
  type News,
  newestWire,
  playerWhoMayLeave,
  type SessionRecords,
  type WireClaim,
} from '../store/index.js';
import { findUser, type SessionWatcher, type Watchers } from '../watch/index.js';

/** What a {@link Following} works with. */
export interface FollowingTools {
  readonly clock: Clock;
  readonly records: SessionRecords;
  readonly watchers: Watchers;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
  /** When the wire was opened, and in which process. */
  readonly claim: WireClaim;
}

/** News may be lost on the way: after this time the store is asked, in milliseconds. */
const CHECK_EVERY = 60_000;
/** Over a network, hearing begins a moment late: so long after it, the store is asked for what was missed. */
const CHECK_FIRST = 5_000;

/** One seat that is followed for one wire, from now to its end. */
export class Following {
  readonly #tools: FollowingTools;
  readonly #watcher: SessionWatcher;
  readonly #playerId: string;
  readonly #listener: SeatListener;
  readonly #stopHearing: () => void;
  #stopFollowing = () => {};
  #timer: unknown;
  #hasEnded = false;
  #told = '';
  /** When the player said that they may be leaving, on the monotonic clock. */
  #leavingSince: number | undefined;

  /** @param watcher - of the seat's session, which is loaded. */
  constructor(
    tools: FollowingTools,
    watcher: SessionWatcher,
    playerId: string,
    listener: SeatListener,
  ) {
    this.#tools = tools;
    this.#watcher = watcher;
    this.#playerId = playerId;
    this.#listener = listener;
    this.#stopHearing = tools.records.hear(
      watcher.sessionId,
      (news) => this.#hear(news),
      () => void this.#checkStore(),
    );
  }

  /** Claims the seat for this wire, and tells where the relay is. Rejects where the store does not take the claim. */
  async start(): Promise<void> {
    const { claim, records } = this.#tools;
    try {
      await records.claimWire(this.#watcher.sessionId, this.#playerId, claim);
    } catch (error) {
      this.release();
      throw error;
    }
    if (this.#hasEnded) return;
    this.#stopFollowing = this.#watcher.follow(() => this.#look());
    this.#checkAfter(CHECK_FIRST);
    // A newer wire may have come before anything was heard of it.
    await this.#checkWire().catch(() => {});
    this.#look();
  }

  /** Ends it: the listener is told nothing any more. */
  release(): void {
    this.#hasEnded = true;
    this.#tools.clock.clearTimeout(this.#timer);
    this.#stopFollowing();
    this.#stopHearing();
  }

  /** Not while the player may be leaving: only a request of theirs, or a new wire, says that they stay. */
  mayRenew(): boolean {
    if (this.#leavingSince === undefined) return true;
    const since = this.#tools.clock.monotonic() - this.#leavingSince;
    if (!this.#watcher.renewals.isWithin(this.#playerId, since)) return false;
    this.#leavingSince = undefined;
    return true;
  }

  #hear(news: News): void {
    if (playerWhoMayLeave(news) === this.#playerId) {
      this.#leavingSince = this.#tools.clock.monotonic();
    }
    const wire = newestWire(news);
    if (wire?.playerId === this.#playerId && wire.claim.process !== this.#tools.claim.process) {
      void this.#checkWire(wire.claim).catch(() => {});
    }
  }

  /** Looks for what the news may not have told. Where the store is away, there is a next time. */
  async #checkStore(): Promise<void> {
    await this.#watcher.loadRoster().catch(() => {});
    await this.#checkWire().catch(() => {});
    this.#look();
  }

  /** Looks for it after a while, and then again and again. */
  #checkAfter(delay: number): void {
    this.#timer = this.#tools.clock.setTimeout(async () => {
      await this.#checkStore();
      if (!this.#hasEnded) this.#checkAfter(CHECK_EVERY);
    }, delay);
  }

  /**
   * Looks whether another process has a newer wire. Within one process the gateway itself gives the channel to the
   * newest.
   *
   * @param heard - what was just told of another process's wire.
   */
  async #checkWire(heard?: WireClaim): Promise<void> {
    const { claim, records } = this.#tools;
    const { sessionId } = this.#watcher;
    const noted = await records.wireClaim(sessionId, this.#playerId).catch(() => undefined);
    if (this.#hasEnded) return;
    let newest = claim;
    for (const other of [noted, heard]) {
      if (other && isLater(other, newest)) newest = other;
    }
    if (newest.process !== claim.process) this.#end('replaced');
    // An older one was noted late.
    else if (noted && isLater(claim, noted)) {
      await records.claimWire(sessionId, this.#playerId, claim);
    }
  }

  /** Tells the listener what has become of the seat, where that is news. */
  #look(): void {
    if (this.#hasEnded) return;
    const end = this.#reasonToEnd();
    if (end) this.#end(end);
    else if (this.#watcher.seat(this.#playerId)) {
      this.#tell(documentOf(this.#watcher, this.#playerId));
    } else void this.#checkDeparture().catch(() => {});
  }

  /**
   * The seat is not there. Where it was taken away, the store says so. Else the store has lost it with all that it
   * knew: then nothing changes until the player takes it again, which their page's next request does.
   */
  async #checkDeparture(): Promise<void> {
    const { records } = this.#tools;
    const hasGone = await records.departure(this.#watcher.sessionId, this.#playerId);
    if (hasGone && !this.#watcher.seat(this.#playerId)) this.#end('revoked');
  }

  #reasonToEnd(): SeatEnd | undefined {
    const { isClosing, watchers } = this.#tools;
    const watcher = this.#watcher;
    if (isClosing()) return 'closing';
    if (watcher.hasEnded) return 'ended';
    // It was let go: the page comes back to another one.
    if (watchers.known(watcher.sessionId) !== watcher) return 'closing';
    return watcher.document.error ? 'ended' : undefined;
  }

  #end(reason: SeatEnd): void {
    if (this.#hasEnded) return;
    this.release();
    this.#listener.onEnd(reason);
  }

  #tell(document: SeatDocument | undefined): void {
    const text = JSON.stringify(document);
    if (!document || text === this.#told) return;
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
