import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import { endsWithin } from '../../common/ends-within.js';
import { codeOf } from '../../common/relay-error.js';
import type { UpstreamCaller } from '../limits/index.js';
import { askingDelay } from './asking-delay.js';
import type { ListedSession } from './listed-session.js';
import type { Polled } from './polled.js';
import type { Polls } from './polls.js';
import { Sightings } from './sightings.js';

/** What a {@link NewestDocument} works with. */
export interface NewestDocumentTools {
  readonly api: RelayApi;
  readonly clock: Clock;
  readonly polls: Polls;
  /** Whether the service calls a webhook when the session is open. */
  readonly hasWebhook: boolean;
  /** Called with the first document of the session, which may tell what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
  /** Called with each document that differs from the one before it. */
  readonly onChange: (session: RelaySession) => void;
  /** Called with each document, new or not, and with the time when it was asked for, on the monotonic clock. */
  readonly onSeen: (session: RelaySession, asked: number) => void;
  /** Whether something about the session is unclear: then it is asked for as often as before it was open. */
  readonly isInDoubt: () => boolean;
  /** Called when upstream no longer knows the session. */
  readonly onGone: () => Promise<void>;
  /** Whether requests are held until there is news. */
  readonly isAwaited: () => boolean;
  /** Whether anybody wants to hear of news at all: then it is asked for when it is announced. */
  readonly isFollowed: () => boolean;
}

/** How long a document is answered without asking again, in milliseconds, before the session is open and after. */
const FRESH_WHILE_PENDING = 1_000;
const FRESH_ONCE_OPEN = 5_000;
/** A document that is older than this is not answered at all, even if upstream cannot be asked. In milliseconds. */
const STALE = 5 * 60_000;
/** How long a *get* waits for a newer document if there is one already, in milliseconds. */
const PATIENCE = 1_000;
/** The time of asking, if nobody has asked yet. */
const NEVER = Number.NEGATIVE_INFINITY;

/** One session's newest document. It asks upstream for it once, however many players want to know. */
export class NewestDocument implements Polled {
  readonly sessionId: string;
  readonly #tools: NewestDocumentTools;
  readonly #sightings = new Sightings();
  /** On whose behalf the service is asked: the player of the session who asked last. */
  #asker: UpstreamCaller | undefined;
  #document: RelaySession | undefined;
  #text = '';
  /** When upstream was last asked, whether or not it answered, on the monotonic clock. */
  #asked = NEVER;
  /** When the newest document was asked for, on the monotonic clock. */
  #seen = 0;
  #refreshing: Promise<void> | undefined;
  #failure: unknown;
  /** How often there was no news in a row, by *get* or *list*. */
  #asksWithoutNews = 0;
  /** When a *get* or a list last told anything, on the monotonic clock. */
  #lookedAt = NEVER;
  /** How long after that it is to be asked for again, in milliseconds. */
  #delay = 0;

  constructor(sessionId: string, tools: NewestDocumentTools) {
    this.sessionId = sessionId;
    this.#tools = tools;
  }

  get document(): RelaySession | undefined {
    return this.#document;
  }

  /** Whether it may be answered without asking again. */
  get isFresh(): boolean {
    if (!this.#document || !this.#isUsable) return false;
    const now = this.#tools.clock.monotonic();
    if (!this.isSettled) return now - this.#asked < FRESH_WHILE_PENDING;
    return now - this.#asked < FRESH_ONCE_OPEN || now < this.#sightings.goodUntil;
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
    const at = Math.max(this.#asked, this.#lookedAt) + this.#delay;
    return this.isSettled ? Math.max(at, this.#sightings.goodUntil) : at;
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
    this.#take(document, this.#tools.clock.monotonic());
  }

  /**
   * Asks upstream; all who call this meanwhile share the one request. Does not reject: {@link NewestDocument.check}
   * throws what went wrong.
   *
   * @param api - by which upstream is asked. Default: the asker's.
   */
  refresh(asker = this.#asker, api?: RelayApi): Promise<void> {
    this.#asker = asker;
    this.#refreshing ??= this.#ask(api).finally(() => {
      this.#refreshing = undefined;
      this.#lookedAt = this.#tools.clock.monotonic();
      this.#plan();
    });
    return this.#refreshing;
  }

  /**
   * Asks upstream. If that takes long, or the asker has caused too many calls, the document that is known already must
   * do.
   *
   * @throws {ProxyError} 429 where nothing is known.
   */
  async refreshPatiently(asker?: UpstreamCaller): Promise<void> {
    if (!this.#refreshing && !this.#charge(asker)) return;
    const refreshed = this.refresh(asker);
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
      await this.#refreshing;
      this.#sightings.forget();
      this.#asked = NEVER;
    }
  }

  /** As {@link NewestDocument.refresh}, but for a document that is asked for after this moment. */
  async askAnew(): Promise<void> {
    await this.#refreshing;
    await this.refresh();
  }

  /** Has it asked for again and again, as long as requests are held. */
  poll(): void {
    const { isAwaited, polls } = this.#tools;
    if (isAwaited()) polls.add(this);
  }

  stopPolling(): void {
    this.#tools.polls.delete(this);
  }

  async ask(api: RelayApi): Promise<void> {
    const before = this.#text;
    await this.refresh(this.#asker, api);
    // One that failed counts, too.
    this.#asked = this.#tools.clock.monotonic();
    if (this.#text === before) this.#asksWithoutNews += 1;
    this.#plan();
  }

  takeListed(listed: ListedSession): boolean {
    if (!this.#document) return false;
    const now = this.#tools.clock.monotonic();
    return this.#sightings.take(listed, this.#document, this.#text, now);
  }

  noteNoNews(): void {
    this.#lookedAt = this.#tools.clock.monotonic();
    this.#asksWithoutNews += 1;
    this.#plan();
  }

  /**
   * Has it asked for as soon as sweeps may, for a list gives rise to it. If nobody wants to hear of it, this is left to
   * the next *get*.
   */
  doubt(): void {
    const { isAwaited, isFollowed, polls } = this.#tools;
    this.#sightings.forget();
    this.#asked = NEVER;
    if (isAwaited() || isFollowed()) polls.add(this);
  }

  /** Takes the end of a sweep: see {@link Sightings.endSweep}. */
  endSweep(began: number, good: number | undefined): void {
    const isOlder = this.#seen < began;
    if (this.#sightings.endSweep(began, good)) {
      this.#seen = Math.max(this.#seen, this.#sightings.seenAt);
    } else if (isOlder && this.isSettled) {
      // A document that came while it went on may be of a session that came to a page when that was read.
      this.doubt();
    }
  }

  /**
   * Counts a call for whoever asks.
   *
   * @returns whether it may be made.
   * @throws {ProxyError} 429 where it may not, and there is no document to answer instead.
   */
  #charge(asker: UpstreamCaller | undefined): boolean {
    try {
      asker?.charge();
      return true;
    } catch (error) {
      if (this.#isUsable) return false;
      throw error;
    }
  }

  get #isUsable(): boolean {
    return this.#document !== undefined && this.#tools.clock.monotonic() - this.#seen <= STALE;
  }

  async #ask(api = this.#asker?.api ?? this.#tools.api): Promise<void> {
    const { clock, onFirstSeen, onGone } = this.#tools;
    const started = clock.monotonic();
    try {
      // The id is the one that was asked for, whatever the answer says.
      const answer = await api.getSession(this.sessionId);
      const document = { ...answer, session_id: this.sessionId };
      if (!this.#document) await onFirstSeen(document);
      this.#take(document, started);
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
    this.#asksWithoutNews = 0;
    this.#sightings.forget();
    this.#tools.onChange(document);
  }

  /** Sets when it is asked for again, if anybody waits. */
  #plan(): void {
    const { clock, hasWebhook, isAwaited, isInDoubt } = this.#tools;
    const standing = {
      isSettled: this.isSettled,
      canWait: hasWebhook || isInDoubt(),
      asksWithoutNews: this.#asksWithoutNews,
      failure: this.#failure,
    };
    this.#delay = askingDelay(standing, clock);
    if (isAwaited()) this.poll();
    else this.stopPolling();
  }
}

/** Whether the session is open or has failed. After that it can only end. */
const isOpenOrFailed = ({ ready, linked, error }: RelaySession) =>
  (ready && linked) || Boolean(error);
