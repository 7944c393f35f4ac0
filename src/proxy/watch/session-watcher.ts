import type { RelaySession } from '../../api/schemas.js';
import type { UpstreamCaller } from '../limits/index.js';
import { noSuchSession } from '../proxy-error.js';
import { type News, newestWire, playerWhoMayLeave, type Seat } from '../store/index.js';
import { DeadTokens } from './dead-tokens.js';
import { HeldRequests } from './held-requests.js';
import { LeaseRenewals } from './lease-renewals.js';
import type { ListedSession } from './listed-session.js';
import { listsToken, listsUsers } from './listed-users.js';
import { NewestDocument } from './newest-document.js';
import type { Credentials } from './player-document.js';
import { type Rendering, Renderings } from './renderings.js';
import { type RosterContent, SeatRoster } from './seat-roster.js';
import type { WatcherTools } from './watcher-tools.js';

/** One session in one instance: its newest document, its roster, and the requests that are held for news of it. */
export class SessionWatcher {
  readonly sessionId: string;
  /** When the players' leases were last renewed here. */
  readonly renewals: LeaseRenewals;
  readonly #tools: WatcherTools;
  readonly #onEnd: (watcher: SessionWatcher) => void;
  readonly #stopHearing: () => void;
  readonly #newest: NewestDocument;
  readonly #roster: SeatRoster;
  readonly #held: HeldRequests;
  readonly #renderings = new Renderings();
  readonly #deadTokens = new DeadTokens();
  #ended = false;
  #closed = false;
  /** When somebody last made use of it, on the monotonic clock. */
  #usedAt: number;

  /** @param onEnd - called once, when the session has ended and all held requests were woken. */
  constructor(
    sessionId: string,
    tools: WatcherTools,
    onEnd: (watcher: SessionWatcher) => void = () => {},
  ) {
    const { apiFor, clock, deadlines, hasWebhook = false, onFirstSeen, polls, records } = tools;
    this.sessionId = sessionId;
    this.renewals = new LeaseRenewals(clock);
    this.#tools = tools;
    this.#onEnd = onEnd;
    this.#usedAt = clock.monotonic();
    this.#held = new HeldRequests({ clock, deadlines, onNone: () => this.#newest.poll() });
    this.#newest = new NewestDocument(sessionId, {
      apiFor,
      clock,
      polls,
      hasWebhook,
      onFirstSeen,
      isAwaited: () => this.waiting > 0 && !this.#isOver,
      isFollowed: () => this.followers > 0 && !this.#isOver,
      isInDoubt: () => this.#deadTokens.isInDoubt,
      onSeen: (document, asked) => this.#giveUpDeadSeats(document, asked),
      onChange: (document) => this.#takeChange(document),
      onGone: () => this.#takeEnd(),
    });
    this.#roster = new SeatRoster(sessionId, {
      clock,
      records,
      document: () => this.#newest.document,
      onChange: () => {
        this.#renderings.clear();
        this.#held.wakeSoon();
      },
    });
    this.#stopHearing = records.hear(
      sessionId,
      (news) => this.#hear(news),
      () => void this.#lookAgain().catch(() => {}),
    );
  }

  /** How many requests are held. */
  get waiting(): number {
    return this.#held.size;
  }

  /** How many seats are followed for channels. */
  get followers(): number {
    return this.#held.followers;
  }

  /** The newest document. Only after {@link SessionWatcher.load}. */
  get document(): RelaySession {
    const { document } = this.#newest;
    if (!document) throw new Error('The session was not loaded.');
    return document;
  }

  /** All seats, the host's first. Only after {@link SessionWatcher.load}. */
  get seats(): readonly Seat[] {
    return this.#roster.seats;
  }

  /** Whether the session is over. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether {@link SessionWatcher.load} has nothing to do. */
  get isFresh(): boolean {
    return !this.#ended && this.#roster.isFresh && this.#newest.isFresh;
  }

  /** Whether nobody waits or follows, and nobody has used the watcher within the last `period` milliseconds. */
  isIdle(period: number): boolean {
    const isNeeded = this.waiting + this.followers > 0;
    return !isNeeded && this.#tools.clock.monotonic() - this.#usedAt >= period;
  }

  /** Notes that somebody uses the watcher now, so that it is not let go. */
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
   * Sees to it that the document and the seats are known and fresh. All who call at once share one request.
   *
   * @param asker - on whose behalf upstream is asked, now and while requests are held.
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

  /**
   * Asks upstream; all who call this meanwhile share the one request. Does not reject: {@link SessionWatcher.load}
   * throws what went wrong.
   */
  refresh(asker?: UpstreamCaller): Promise<void> {
    return this.#newest.refresh(asker);
  }

  /** Takes what a list shows of the session. */
  takeListed(listed: ListedSession): void {
    if (this.#newest.takeListed(listed)) this.#newest.doubt();
  }

  /** Takes the end of a sweep. */
  endSweep(began: number, good: number | undefined): void {
    this.#newest.endSweep(began, good);
  }

  /** Asks the service whether it still lists a token. If it gives no answer, the token counts as listed. */
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
  render(seat: Seat, credentials: Credentials): Rendering {
    const { joinCode, seats } = this.#roster;
    const { hidesRelay } = this.#tools;
    const known = { session: this.document, seats, joinCode, hidesRelay };
    // The roster may have learned the seat's token since the caller read the seat.
    return this.#renderings.render(known, this.seat(seat.playerId) ?? seat, credentials);
  }

  /**
   * Holds a player's request until something changes, for at most `delay` milliseconds, and no longer than the client
   * waits.
   *
   * @returns whether the player must be answered now, news or not, so that their page asks again if it is still there.
   */
  wait(playerId: string, delay: number, signal: AbortSignal): Promise<boolean> {
    if (this.#isOver || signal.aborted) return Promise.resolve(true);
    const woken = this.#held.wait(playerId, delay, signal);
    this.#newest.poll();
    return woken;
  }

  /**
   * Calls `onNews` each time that something changes, until the end. Unlike a held request this asks the service for
   * nothing, but for what is announced.
   *
   * @returns what ends that.
   */
  follow(onNews: () => void): () => void {
    return this.#held.follow(onNews);
  }

  /** Wakes all held requests and lets go of everything. */
  close(): void {
    this.#closed = true;
    this.#stopHearing();
    this.#newest.stopPolling();
    this.#held.wake();
  }

  /** Whether nothing is asked or awaited any more. */
  get #isOver(): boolean {
    return this.#closed || this.#ended;
  }

  #hear(news: News): void {
    const leaving = playerWhoMayLeave(news);
    if (leaving !== undefined) {
      this.renewals.forget(leaving);
      this.#held.answer(leaving);
      return;
    }
    if (newestWire(news)) return;
    // Seats may have been given up and leases ended, so that what was renewed here may no longer be there.
    this.renewals.forgetAll();
    if (news === 'ended') this.#end();
    else if (news === 'roster') void this.#roster.load().catch(() => {});
    else void this.#newest.refreshAnew();
  }

  /** Looks for what may have been said while nothing was heard. Where the store is away, it will say so again. */
  async #lookAgain(): Promise<void> {
    this.renewals.forgetAll();
    if (await this.#tools.records.hasEnded(this.sessionId)) return this.#end();
    const before = this.seats.length;
    await this.#roster.load();
    const { document } = this.#newest;
    const isOpen = document?.ready && document.linked;
    // The webhook of a session that is not open yet may have come, and who came has a token that the document lacks.
    if (!isOpen || this.seats.length !== before) await this.#newest.refreshAnew();
  }

  #takeChange(document: RelaySession): void {
    if (document.error) this.#tools.onFailed?.(document);
    this.#roster.learnHostToken();
    this.#renderings.clear();
    this.#held.wake();
  }

  /** Gives up the seats whose tokens are dead, so that the players are told and can join anew. */
  #giveUpDeadSeats(document: RelaySession, asked: number): void {
    const { clock, records } = this.#tools;
    const dead = this.#deadTokens.look(document, this.seats, asked, clock.monotonic());
    for (const seat of dead) void records.loseSeat(seat).catch(() => {});
  }

  /** Ends the watcher's work: the service no longer knows the session. */
  async #takeEnd(): Promise<void> {
    await this.#tools.records.end(this.sessionId).catch(() => {});
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#newest.stopPolling();
    this.#held.wake();
    this.#onEnd(this);
  }
}
