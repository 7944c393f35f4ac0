import type { Clock } from '../api/clock.js';
import type { RelayApi } from '../api/relay-api.js';
import { RelayError } from '../api/relay-error.js';
import type { RelaySession } from '../api/schemas.js';
import type { Deadlines } from './deadlines.js';
import { findUser } from './player-document.js';
import { noSuchSession } from './proxy-error.js';
import type { News, Records } from './records.js';
import { type Rendering, Renderings } from './renderings.js';
import type { Seat } from './seat.js';

/** What all watchers share. */
export interface WatcherTools {
  readonly api: RelayApi;
  readonly records: Records;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  /** Called when a session is first seen, to learn of it what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
}

/** A held request. */
interface Waiter {
  readonly playerId: string;
  readonly wake: (isAnswered: boolean) => void;
}

/** In milliseconds: how old a document may be that is answered without asking again. */
const FRESH_WHILE_PENDING = 1_000;
const FRESH_ONCE_OPEN = 5_000;
/** A document this old is no longer answered, even when upstream cannot be asked. In milliseconds. */
const STALE = 5 * 60_000;
/** How long a *get* waits for a newer document when there is one already, in milliseconds. */
const PATIENCE = 1_000;
/** How old a roster may be, in milliseconds: the news that somebody was kicked may have been lost on the way. */
const ROSTER_FRESH = 15_000;
/** How often upstream is asked while somebody waits, in milliseconds. */
const FIRST_DELAY = 250;
const GROWTH = 1.5;
const LONGEST_DELAY = 2_000;
const DELAY_ONCE_OPEN = 10_000;
/** How long changes of the roster are gathered before those who wait are told, in milliseconds. */
const GATHERING = 20;

/** One session in one instance: its newest document, its roster, and all who wait for news of it. */
export class SessionWatcher {
  readonly sessionId: string;
  readonly #tools: WatcherTools;
  readonly #stopHearing: () => void;
  readonly #waiters = new Set<Waiter>();
  readonly #renderings = new Renderings();
  /** When each player's lease was last renewed here, in milliseconds since the epoch. */
  readonly renewals = new Map<string, number>();
  #document: RelaySession | undefined;
  #text = '';
  #asked = 0;
  #delay = FIRST_DELAY;
  #refreshing: Promise<void> | undefined;
  #failure: unknown;
  #seats: readonly Seat[] = [];
  #joinCode: string | undefined;
  #rosterIsOld = true;
  #rosterRead = 0;
  #loading: Promise<void> | undefined;
  #timer: unknown;
  #gathering: unknown;
  #isAsking = false;
  #ended = false;
  #closed = false;
  /** When it was last of use, in milliseconds since the epoch. */
  usedAt: number;

  constructor(sessionId: string, tools: WatcherTools) {
    this.sessionId = sessionId;
    this.#tools = tools;
    this.usedAt = tools.clock.now();
    this.#stopHearing = tools.records.hear(sessionId, (news) => this.#hear(news));
  }

  /** How many requests are held. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** The newest document. Only after {@link SessionWatcher.load}. */
  get document(): RelaySession {
    return this.#document as RelaySession;
  }

  /** All seats, the host's first. Only after {@link SessionWatcher.load}. */
  get seats(): readonly Seat[] {
    return this.#seats;
  }

  /** Whether {@link SessionWatcher.load} has nothing to do. */
  get isFresh(): boolean {
    return !this.#ended && this.#isRosterFresh() && this.#isDocumentFresh();
  }

  /** Says that it is of use now, and so not to be let go. */
  use(): void {
    this.usedAt = this.#tools.clock.now();
  }

  /** @throws {ProxyError} 404 for a session that ended. */
  checkIsThere(): void {
    if (this.#ended) throw noSuchSession();
  }

  seat(playerId: string): Seat | undefined {
    return this.#seats.find((seat) => seat.playerId === playerId);
  }

  /**
   * Sees to it that document and roster are there and fresh. All who call at once share one request.
   *
   * @throws {ProxyError} 404 for a session that ended. {@link RelayError} as upstream answers.
   */
  async load(): Promise<void> {
    const { clock, records } = this.#tools;
    this.use();
    if (this.isFresh) return;
    if (!this.#document && (await records.hasEnded(this.sessionId))) this.#end();
    if (!this.#ended && !this.#isDocumentFresh()) await this.#refreshPatiently();
    if (!this.#ended && !this.#isRosterFresh()) await this.loadRoster();
    if (this.#ended) throw noSuchSession();
    if (this.#failure && (!this.#document || clock.now() - this.#asked > STALE)) {
      throw this.#failure;
    }
  }

  /** Takes a document that came by another way, with *create* or *authorize-user*. */
  accept(document: RelaySession): void {
    this.#apply(document);
  }

  /** Asks upstream once, whoever asks for it meanwhile. Does not reject: {@link SessionWatcher.load} tells. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** What is known already is answered when upstream takes its time. */
  async #refreshPatiently(): Promise<void> {
    const refreshed = this.refresh();
    if (!this.#document) return refreshed;
    const { clock } = this.#tools;
    let timer: unknown;
    const patience = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, PATIENCE);
    });
    await Promise.race([refreshed, patience]);
    clock.clearTimeout(timer);
  }

  /** Reads the seats from the store. */
  loadRoster(): Promise<void> {
    this.#rosterIsOld = true;
    this.#loading ??= this.#readRoster().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** What a player gets to read now. */
  render(seat: Seat, ticket: string): Rendering {
    const known = { session: this.document, seats: this.#seats, joinCode: this.#joinCode };
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
    return new Promise((resolve) => {
      const stop = () => waiter.wake(false);
      const waiter: Waiter = {
        playerId,
        wake: (isAnswered) => {
          this.#waiters.delete(waiter);
          forget();
          signal.removeEventListener('abort', stop);
          if (this.#waiters.size === 0) this.#stopPolling();
          this.use();
          resolve(isAnswered);
        },
      };
      const forget = this.#tools.deadlines.add(delay, stop);
      signal.addEventListener('abort', stop);
      this.#waiters.add(waiter);
      this.#poll();
    });
  }

  /** Ends all waits and lets go of everything. */
  close(): void {
    this.#closed = true;
    this.#stopHearing();
    this.#stopPolling();
    this.#wake();
  }

  #hear(news: News): void {
    if (news.startsWith('lease ')) {
      const leaving = news.slice('lease '.length);
      this.renewals.delete(leaving);
      for (const { playerId, wake } of [...this.#waiters]) if (playerId === leaving) wake(true);
      return;
    }
    this.renewals.clear();
    if (news === 'ended') this.#end();
    else if (news === 'roster') void this.loadRoster().catch(() => {});
    else void this.#refreshAnew();
  }

  /** An answer that is on its way may be from before the news. Where nobody waits, whoever comes next asks. */
  async #refreshAnew(): Promise<void> {
    await this.#refreshing;
    if (this.#waiters.size > 0) await this.refresh();
    else this.#asked = 0;
  }

  #isRosterFresh(): boolean {
    const age = this.#tools.clock.now() - this.#rosterRead;
    return !this.#rosterIsOld && age < ROSTER_FRESH;
  }

  #isDocumentFresh(): boolean {
    if (!this.#document) return false;
    const age = this.#tools.clock.now() - this.#asked;
    return age < (isOpen(this.#document) ? FRESH_ONCE_OPEN : FRESH_WHILE_PENDING);
  }

  async #ask(): Promise<void> {
    const { api, clock, onFirstSeen, records } = this.#tools;
    const started = clock.now();
    try {
      const document = await api.getSession(this.sessionId);
      if (!this.#document) await onFirstSeen(document);
      this.#apply(document);
      this.#asked = started;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      if (error instanceof RelayError && error.code === 'not-found') {
        await records.end(this.sessionId).catch(() => {});
        this.#end();
      }
    }
  }

  #apply(document: RelaySession): void {
    const text = JSON.stringify(document);
    this.#asked = this.#tools.clock.now();
    if (text === this.#text) return;
    this.#text = text;
    this.#document = document;
    this.#delay = FIRST_DELAY;
    this.#learnHostToken();
    this.#renderings.clear();
    this.#wake();
  }

  async #readRoster(): Promise<void> {
    const { records } = this.#tools;
    const before = JSON.stringify([this.#seats, this.#joinCode]);
    while (this.#rosterIsOld) {
      this.#rosterIsOld = false;
      const started = this.#tools.clock.now();
      try {
        this.#seats = await records.seats(this.sessionId);
        this.#joinCode = (await records.find(this.sessionId))?.joinCode;
        this.#rosterRead = started;
      } catch (error) {
        this.#rosterIsOld = true;
        throw error;
      }
    }
    this.#learnHostToken();
    if (JSON.stringify([this.#seats, this.#joinCode]) === before) return;
    this.#renderings.clear();
    this.#wakeSoon();
  }

  /** The host's own token shows once the session is linked; kept, it cannot be mistaken for another's. */
  #learnHostToken(): void {
    const host = this.#seats.find(({ role }) => role === 'server');
    if (!this.#document || !host || host.authorizationToken !== undefined) return;
    const token = findUser(this.#document, host, this.#seats)?.authorization_token;
    if (token === undefined) return;
    const { records } = this.#tools;
    const learned = { ...host, authorizationToken: token };
    this.#seats = this.#seats.map((seat) => (seat === host ? learned : seat));
    void records.keepToken(learned).catch(() => {});
  }

  #end(): void {
    this.#ended = true;
    this.#stopPolling();
    this.#wake();
  }

  /** Many who come at once wake the others once, not each time. */
  #wakeSoon(): void {
    if (this.#waiters.size === 0 || this.#gathering !== undefined) return;
    this.#gathering = this.#tools.clock.setTimeout(() => this.#wake(), GATHERING);
  }

  #wake(): void {
    this.#tools.clock.clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const { wake } of [...this.#waiters]) wake(false);
  }

  /** Asks again and again, as long as somebody waits. */
  #poll(): void {
    const isDone = this.#waiters.size === 0 || this.#closed || this.#ended;
    if (this.#timer !== undefined || this.#isAsking || isDone) return;
    const { clock } = this.#tools;
    const delay = this.#nextDelay() * (0.9 + clock.random() * 0.2);
    this.#timer = clock.setTimeout(
      () => {
        this.#timer = undefined;
        void this.#pollOnce();
      },
      Math.max(0, this.#asked + delay - clock.now()),
    );
  }

  async #pollOnce(): Promise<void> {
    this.#isAsking = true;
    const before = this.#text;
    await this.refresh();
    this.#isAsking = false;
    this.#asked = this.#tools.clock.now();
    if (this.#text === before) this.#delay = Math.min(this.#delay * GROWTH, LONGEST_DELAY);
    this.#poll();
  }

  #nextDelay(): number {
    const delay = this.#document && isOpen(this.#document) ? DELAY_ONCE_OPEN : this.#delay;
    const retryAfter = this.#failure instanceof RelayError ? this.#failure.retryAfter : undefined;
    return Math.max(delay, retryAfter ?? 0);
  }

  #stopPolling(): void {
    this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Nothing more is expected of it: it is open, or failed. */
const isOpen = ({ ready, linked, error }: RelaySession) => (ready && linked) || Boolean(error);
