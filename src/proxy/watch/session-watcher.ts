import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { UpstreamCaller } from '../limits/index.js';
import { noSuchSession } from '../proxy-error.js';
import type { News, Seat, SessionRecords } from '../store/index.js';
import { DeadTokens, listsToken, listsUsers } from './dead-tokens.js';
import { HeldRequests } from './held-requests.js';
import { LeaseRenewals } from './lease-renewals.js';
import { NewestDocument } from './newest-document.js';
import { type Rendering, Renderings } from './renderings.js';
import { type RosterContent, SeatRoster } from './seat-roster.js';
import type { SharedTimer } from './shared-timer.js';

/** What all watchers share. */
export interface WatcherTools {
  readonly api: RelayApi;
  readonly records: SessionRecords;
  readonly deadlines: SharedTimer;
  readonly clock: Clock;
  /** Called when a session is first seen, to learn of it what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
  /** Called when the service reports an error for a session. Default: nobody is told. */
  readonly onFailed?: (session: RelaySession) => void;
}

/** One session in one instance: its newest document, its roster, and all who wait for news of it. */
export class SessionWatcher {
  readonly sessionId: string;
  readonly #tools: WatcherTools;
  readonly #onEnd: (watcher: SessionWatcher) => void;
  readonly #stopHearing: () => void;
  readonly #newest: NewestDocument;
  readonly #roster: SeatRoster;
  readonly #waiters: HeldRequests;
  readonly #renderings = new Renderings();
  readonly #unlisted = new DeadTokens();
  /** When the players' leases were last renewed here. */
  readonly renewals: LeaseRenewals;
  #ended = false;
  #closed = false;
  /** When somebody last made use of it, on the monotonic clock. */
  #usedAt: number;

  /** @param onEnd - called once, when the session has ended and all who waited were told. */
  constructor(
    sessionId: string,
    tools: WatcherTools,
    onEnd: (watcher: SessionWatcher) => void = () => {},
  ) {
    const { api, clock, deadlines, onFirstSeen, records } = tools;
    this.sessionId = sessionId;
    this.#tools = tools;
    this.#onEnd = onEnd;
    this.renewals = new LeaseRenewals(clock);
    this.#usedAt = clock.monotonic();
    this.#waiters = new HeldRequests({
      clock,
      deadlines,
      onNone: () => this.#newest.stopPolling(),
    });
    this.#newest = new NewestDocument(sessionId, {
      api,
      clock,
      onFirstSeen,
      isAwaited: () => this.waiting > 0 && !this.#closed && !this.#ended,
      onChange: () => {
        if (this.document.error) tools.onFailed?.(this.document);
        this.#roster.learnHostToken();
        this.#renderings.clear();
        this.#waiters.wake();
      },
      onSeen: (document, asked) => this.#look(document, asked),
      isInDoubt: () => this.#unlisted.isInDoubt,
      onGone: async () => {
        await records.end(sessionId).catch(() => {});
        this.#end();
      },
    });
    this.#roster = new SeatRoster(sessionId, {
      clock,
      records,
      document: () => this.#newest.document,
      onChange: () => {
        this.#renderings.clear();
        this.#waiters.wakeSoon();
      },
    });
    this.#stopHearing = records.hear(sessionId, (news) => this.#hear(news));
  }

  /** How many requests are held. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** The newest document. Only after {@link SessionWatcher.load}. */
  get document(): RelaySession {
    return this.#newest.document as RelaySession;
  }

  /** All seats, the host's first. Only after {@link SessionWatcher.load}. */
  get seats(): readonly Seat[] {
    return this.#roster.seats;
  }

  /** Whether {@link SessionWatcher.load} has nothing to do. */
  get isFresh(): boolean {
    return !this.#ended && this.#roster.isFresh && this.#newest.isFresh;
  }

  /** Whether nobody waits here, and nobody made use of it within the last `period` milliseconds. */
  isIdle(period: number): boolean {
    return this.waiting === 0 && this.#tools.clock.monotonic() - this.#usedAt >= period;
  }

  /** Tells that somebody makes use of it now, so that it is not let go. */
  use(): void {
    this.#usedAt = this.#tools.clock.monotonic();
  }

  /** @throws {ProxyError} 404 for a session that ended. */
  checkIsThere(): void {
    if (this.#ended) throw noSuchSession();
  }

  seat(playerId: string): Seat | undefined {
    return this.#roster.seat(playerId);
  }

  /**
   * Sees to it that document and roster are there and fresh. All who call at once share one request.
   *
   * @param asker - on whose behalf upstream is asked, now and while somebody waits.
   * @throws {ProxyError} 404 for a session that ended, 429. {@link RelayError} as upstream answers.
   */
  async load(asker?: UpstreamCaller): Promise<void> {
    const { records } = this.#tools;
    this.use();
    if (this.isFresh) return;
    if (!this.#newest.document && (await records.hasEnded(this.sessionId))) this.#end();
    if (!this.#ended && !this.#newest.isFresh) await this.#newest.refreshPatiently(asker);
    if (!this.#ended && !this.#roster.isFresh) await this.#roster.load();
    this.checkIsThere();
    this.#newest.check();
  }

  /** Takes a document that came by another way, with *create* or *authorize-user*. */
  accept(document: RelaySession): void {
    this.#newest.accept(document);
  }

  /** Takes the roster of a session that was recorded just now: nobody else can have a seat in it yet. */
  acceptRoster(content: RosterContent): void {
    this.#roster.accept(content);
  }

  /** Asks upstream once, whoever asks for it meanwhile. Does not reject: {@link SessionWatcher.load} tells. */
  refresh(asker?: UpstreamCaller): Promise<void> {
    return this.#newest.refresh(asker);
  }

  /** Whether a seat's token is still good, as far as upstream can tell now. */
  async stillLists(token: number): Promise<boolean> {
    await this.#newest.askAnew();
    const { document } = this.#newest;
    return !document || !listsUsers(document) || listsToken(document, token);
  }

  /** Reads the seats from the store. */
  loadRoster(): Promise<void> {
    return this.#roster.load();
  }

  /** What a player gets to read now. */
  render(seat: Seat, ticket: string): Rendering {
    const { joinCode, seats } = this.#roster;
    const known = { session: this.document, seats, joinCode };
    // The roster may have learned more of the seat since the caller read it.
    return this.#renderings.render(known, this.seat(seat.playerId) ?? seat, ticket);
  }

  /**
   * Waits until something changes, at most `delay` milliseconds, and no longer than the client does.
   *
   * @returns whether the player must be answered now, so that a page of theirs that is still there asks again.
   */
  wait(playerId: string, delay: number, signal: AbortSignal): Promise<boolean> {
    if (this.#closed || this.#ended || signal.aborted) return Promise.resolve(true);
    const woken = this.#waiters.wait(playerId, delay, signal);
    this.#newest.poll();
    return woken;
  }

  /** Ends all waits and lets go of everything. */
  close(): void {
    this.#closed = true;
    this.#stopHearing();
    this.#newest.stopPolling();
    this.#waiters.wake();
  }

  #hear(news: News): void {
    if (news.startsWith('lease ')) {
      const leaving = news.slice('lease '.length);
      this.renewals.forget(leaving);
      this.#waiters.answer(leaving);
      return;
    }
    this.renewals.forgetAll();
    if (news === 'ended') this.#end();
    else if (news === 'roster') void this.#roster.load().catch(() => {});
    else void this.#newest.refreshAnew();
  }

  /** Whose token is good for nothing any more is told so: they can join anew. */
  #look(document: RelaySession, asked: number): void {
    const { clock, records } = this.#tools;
    const gone = this.#unlisted.look(document, this.seats, asked, clock.monotonic());
    for (const seat of gone) void records.loseSeat(seat).catch(() => {});
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#newest.stopPolling();
    this.#waiters.wake();
    this.#onEnd(this);
  }
}
