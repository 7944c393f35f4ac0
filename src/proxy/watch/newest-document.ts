import type { RelaySession } from '../../api/schemas.js';
import { endsWithin } from '../../common/ends-within.js';
import { codeOf } from '../../common/relay-error.js';
import { type AskClass, isAsUrgent, type UpstreamCaller } from '../limits/index.js';
import { AskingTimes } from './asking-times.js';
import type { ListedSession } from './listed-session.js';
import type { NewestDocumentTools } from './newest-document-tools.js';
import type { Polled } from './polled.js';
import { Sightings } from './sightings.js';

/** How long a document is answered without asking again, in milliseconds, before the session is open and after. */
const FRESH_WHILE_PENDING = 1_000;
const FRESH_ONCE_OPEN = 5_000;
/** The same for an open session where sweeps watch, and none vouches for it yet: else all were asked for at once. */
const FRESH_WHILE_SWEPT = 2 * 60_000;
/** A document that is older than this is not answered at all, even if upstream cannot be asked. In milliseconds. */
const STALE = 5 * 60_000;
/** How soon after one *get* the next one may come, in milliseconds. */
const SOONEST = 100;
/** How long a *get* waits for a newer document if there is one already, in milliseconds. */
const PATIENCE = 1_000;
/** The time of asking, if nobody has asked yet. */
const NEVER = Number.NEGATIVE_INFINITY;

/** A *get* that is under way. */
interface Refreshing {
  readonly asks: AskClass;
  readonly done: Promise<void>;
}

/** One session's newest document. It asks upstream for it once, however many players want to know. */
export class NewestDocument implements Polled {
  readonly sessionId: string;
  readonly #tools: NewestDocumentTools;
  readonly #sightings = new Sightings();
  readonly #times: AskingTimes;
  /** On whose behalf the service is asked: the player of the session who asked last. */
  #asker: UpstreamCaller | undefined;
  #document: RelaySession | undefined;
  #text = '';
  /** When upstream was last asked, whether or not it answered, on the monotonic clock. */
  #asked = NEVER;
  /** When the newest document was asked for, or a list vouched for it, on the monotonic clock. */
  #seen = 0;
  /** When the newest answer to a *get* was asked for, on the monotonic clock. */
  #asOf = NEVER;
  #refreshing: Refreshing | undefined;
  #failure: unknown;

  constructor(sessionId: string, tools: NewestDocumentTools) {
    this.sessionId = sessionId;
    this.#tools = tools;
    this.#times = new AskingTimes(tools.clock);
  }

  get document(): RelaySession | undefined {
    return this.#document;
  }

  /** Whether it may be answered without asking again. */
  get isFresh(): boolean {
    if (!this.#document || !this.#isUsable) return false;
    const now = this.#now;
    if (!this.isSettled) return now - this.#asked < FRESH_WHILE_PENDING;
    return (
      now - this.#asked < FRESH_ONCE_OPEN || now < this.#sightings.goodUntil || this.#isLeftToSweeps
    );
  }

  get isSettled(): boolean {
    const document = this.#document;
    return document !== undefined && isOpenOrFailed(document) && !this.#tools.isInDoubt();
  }

  get isAsking(): boolean {
    return this.#refreshing !== undefined;
  }

  get askedAt(): number {
    return this.#asked;
  }

  get dueAt(): number {
    if (this.#asked === NEVER) return NEVER;
    const { next } = this.#times;
    const atLeast = this.isSettled ? this.#sightings.sureUntil : this.#asked + SOONEST;
    return Math.max(next, atLeast);
  }

  get mayBeListed(): boolean {
    return this.#document !== undefined && !this.#tools.isInDoubt();
  }

  /** @throws the service's last failure, if there is no document, or only an old one. */
  check(): void {
    if (this.#failure && !this.#isUsable) throw this.#failure;
  }

  /** Takes a document that came by another way, with *create* or *authorize-user*. */
  accept(document: RelaySession): void {
    this.#times.noteLook();
    this.#take(document, this.#now);
  }

  /**
   * Asks upstream; all who call this meanwhile share the one request, unless it is less urgent than theirs. Does not
   * reject: {@link NewestDocument.check} throws what went wrong.
   *
   * @param asks - the class of the call.
   */
  refresh(asker = this.#asker, asks: AskClass = 'announced'): Promise<void> {
    this.#asker = asker;
    const running = this.#underWay(asks);
    if (running) return running;
    const done = this.#ask(asks).finally(() => {
      if (this.#refreshing?.done === done) this.#refreshing = undefined;
      this.#times.noteLook();
      this.#plan();
    });
    this.#refreshing = { asks, done };
    return done;
  }

  /**
   * Asks upstream. If that takes long, or the asker has caused too many calls, or would wait too long, the document
   * that is known already must do.
   *
   * @throws {ProxyError} 429 or 503 where nothing is known.
   */
  async refreshPatiently(asker?: UpstreamCaller): Promise<void> {
    if (!this.#underWay('reads') && !this.#charge(asker)) return;
    const refreshed = this.refresh(asker, 'reads');
    if (!this.#document) return refreshed;
    await endsWithin(refreshed, PATIENCE, this.#tools.clock);
  }

  /**
   * Asks upstream because there is news. An answer that is on its way already may be older than the news. If nobody
   * wants to hear of it, this is left to the next *get*.
   */
  async refreshAnew(): Promise<void> {
    const { isAwaited, isFollowed } = this.#tools;
    if (isAwaited() || isFollowed()) await this.askAnew();
    else {
      await this.#refreshing?.done;
      this.#sightings.forget();
      this.#asked = NEVER;
    }
  }

  /** As {@link NewestDocument.refresh}, but for a document that is asked for after this moment. */
  async askAnew(): Promise<void> {
    const running = this.#underWay('announced');
    if (running) await running;
    await this.refresh();
  }

  /** Has it asked for again and again, as long as requests are held; once, where followers have cause to doubt it. */
  poll(): void {
    const { isAwaited, isFollowed, polls } = this.#tools;
    if (isAwaited() || (this.#asked === NEVER && isFollowed())) polls.add(this);
    else polls.delete(this);
  }

  stopPolling(): void {
    this.#tools.polls.delete(this);
  }

  async ask(asks: AskClass): Promise<void> {
    const before = this.#text;
    await this.refresh(this.#asker, asks);
    // One that failed counts, too.
    this.#asked = this.#now;
    if (this.#text === before) this.#times.noteNoNews();
    this.#plan();
  }

  takeListed(listed: ListedSession): boolean {
    if (!this.#document) return false;
    return this.#sightings.take(listed, this.#document, this.#text, this.#now);
  }

  noteNoNews(): void {
    this.#times.noteLook();
    this.#times.noteNoNews();
    this.#plan();
  }

  /**
   * Has it asked for as soon as sweeps may, for a list gives rise to it. If nobody wants to hear of it, this is left to
   * the next *get*.
   */
  doubt(): void {
    this.#sightings.forget();
    this.#asked = NEVER;
    this.poll();
  }

  /** Takes the end of a sweep: see {@link Sightings.endSweep}. */
  endSweep(began: number, good: number | undefined): void {
    // A session whose document came later may have come too late for the pages that were read.
    const isOlder = this.#seen < began;
    if (this.#sightings.endSweep(began, good)) {
      this.#seen = Math.max(this.#seen, this.#sightings.seenAt);
    } else if (isOlder && this.isSettled) this.doubt();
  }

  get #now(): number {
    return this.#tools.clock.monotonic();
  }

  /** The *get* that is under way, if it comes no later than one of this class would. */
  #underWay(asks: AskClass): Promise<void> | undefined {
    const running = this.#refreshing;
    return running && isAsUrgent(running.asks, asks) ? running.done : undefined;
  }

  /**
   * Counts a call for whoever asks.
   *
   * @returns whether it may be made.
   * @throws {ProxyError} 429 or 503 where it may not, and there is no document to answer instead.
   */
  #charge(asker: UpstreamCaller | undefined): boolean {
    try {
      asker?.charge('reads');
      return true;
    } catch (error) {
      if (this.#isUsable) return false;
      throw error;
    }
  }

  /** Whether there is no cause to ask for it before a sweep looks at it. */
  get #isLeftToSweeps(): boolean {
    const isDoubted = this.#asked === NEVER;
    const isRecent = this.#now - this.#seen < FRESH_WHILE_SWEPT;
    return this.#tools.polls.needSweeps && isRecent && !isDoubted;
  }

  get #isUsable(): boolean {
    return this.#document !== undefined && this.#now - this.#seen <= STALE;
  }

  async #ask(asks: AskClass): Promise<void> {
    const { apiFor, onFirstSeen, onGone } = this.#tools;
    const api = this.#asker?.apiFor(asks) ?? apiFor(asks, this.sessionId);
    const started = this.#now;
    try {
      // The id is the one that was asked for, whatever the answer says.
      const answer = await api.getSession(this.sessionId);
      const document = { ...answer, session_id: this.sessionId };
      if (!this.#document) await onFirstSeen(document);
      // One that was more urgent may have come first.
      if (started >= this.#asOf) this.#take(document, started);
      this.#asOf = Math.max(this.#asOf, started);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      if (codeOf(error) === 'not-found') await onGone();
    }
  }

  /** @param asked - when the document was asked for, on the monotonic clock. */
  #take(document: RelaySession, asked: number): void {
    const text = JSON.stringify(document);
    this.#asked = asked;
    this.#seen = asked;
    this.#tools.onSeen(document, asked);
    if (text !== this.#text) this.#change(document, text);
    this.#plan();
  }

  #change(document: RelaySession, text: string): void {
    this.#text = text;
    this.#document = document;
    this.#times.noteNews();
    this.#sightings.forget();
    this.#tools.onChange(document);
  }

  /** Sets when it is asked for again, if anybody waits. */
  #plan(): void {
    const { hasWebhook, isInDoubt } = this.#tools;
    const canWait = hasWebhook || isInDoubt();
    this.#times.plan({ isSettled: this.isSettled, canWait, failure: this.#failure });
    this.poll();
  }
}

/** Whether the session is open or has failed. After that it can only end. */
const isOpenOrFailed = ({ ready, linked, error }: RelaySession) =>
  (ready && linked) || Boolean(error);
