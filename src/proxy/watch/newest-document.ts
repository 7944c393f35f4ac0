import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import { endsWithin } from '../../common/ends-within.js';
import { growingDelay } from '../../common/growing-delay.js';
import { codeOf, isRelayError } from '../../common/relay-error.js';
import type { AskClass, UpstreamCaller } from '../limits/index.js';

/** What a {@link NewestDocument} works with. */
export interface NewestDocumentTools {
  /** The relay session API where no player asks, with the class of a *get*. */
  readonly apiFor: (asks: AskClass) => RelayApi;
  readonly clock: Clock;
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
/**
 * The longest delay between two *gets* while requests are held, in milliseconds: it grows until the session changes.
 */
const LONGEST_DELAY = 2_000;
/** The delay once the session is open, in milliseconds. */
const DELAY_ONCE_OPEN = 10_000;
/** The time of asking, if nobody has asked yet. */
const NEVER = Number.NEGATIVE_INFINITY;

/** One session's newest document. It asks upstream for it once, however many players want to know. */
export class NewestDocument {
  readonly #sessionId: string;
  readonly #tools: NewestDocumentTools;
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
  /** How often upstream was asked in a row and had no news. */
  #asksWithoutNews = 0;
  #timer: unknown;
  #isPolling = false;

  constructor(sessionId: string, tools: NewestDocumentTools) {
    this.#sessionId = sessionId;
    this.#tools = tools;
  }

  get document(): RelaySession | undefined {
    return this.#document;
  }

  /** Whether it may be answered without asking again. */
  get isFresh(): boolean {
    if (!this.#document || !this.#isUsable) return false;
    const age = this.#tools.clock.monotonic() - this.#asked;
    return age < (this.#isSettled ? FRESH_ONCE_OPEN : FRESH_WHILE_PENDING);
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
   * @param asks - the class of the call.
   */
  refresh(asker = this.#asker, asks: AskClass = 'announced'): Promise<void> {
    this.#asker = asker;
    this.#refreshing ??= this.#ask(asks).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /**
   * Asks upstream. If that takes long, or the asker has caused too many calls, or would wait too long, the document that is known already must
   * do.
   *
   * @throws {ProxyError} 429 or 503 where nothing is known.
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
      this.#asked = NEVER;
    }
  }

  /** As {@link NewestDocument.refresh}, but for a document that is asked for after this moment. */
  async askAnew(): Promise<void> {
    await this.#refreshing;
    await this.refresh();
  }

  /** Asks again and again, as long as requests are held. */
  poll(): void {
    const { clock, isAwaited } = this.#tools;
    if (this.#timer !== undefined || this.#isPolling || !isAwaited()) return;
    this.#timer = clock.setTimeout(
      () => {
        this.#timer = undefined;
        void this.#pollOnce();
      },
      Math.max(0, this.#asked + this.#nextDelay() - clock.monotonic()),
    );
  }

  stopPolling(): void {
    this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether no change is expected soon. */
  get #isSettled(): boolean {
    return (
      this.#document !== undefined && isOpenOrFailed(this.#document) && !this.#tools.isInDoubt()
    );
  }

  /**
   * Counts a call for whoever asks.
   *
   * @returns whether it may be made.
   * @throws {ProxyError} 429 or 503 where it may not, and there is no document to answer instead.
   */
  #charge(asker: UpstreamCaller | undefined): boolean {
    try {
      asker?.charge('announced');
      return true;
    } catch (error) {
      if (this.#isUsable) return false;
      throw error;
    }
  }

  get #isUsable(): boolean {
    return this.#document !== undefined && this.#tools.clock.monotonic() - this.#seen <= STALE;
  }

  async #ask(asks: AskClass): Promise<void> {
    const { apiFor, clock, onFirstSeen, onGone } = this.#tools;
    const api = this.#asker?.apiFor(asks) ?? apiFor(asks);
    const started = clock.monotonic();
    try {
      // The id is the one that was asked for, whatever the answer says.
      const answer = await api.getSession(this.#sessionId);
      const document = { ...answer, session_id: this.#sessionId };
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
    if (text === this.#text) return;
    this.#text = text;
    this.#document = document;
    this.#asksWithoutNews = 0;
    this.#tools.onChange(document);
  }

  async #pollOnce(): Promise<void> {
    this.#isPolling = true;
    const before = this.#text;
    await this.refresh(undefined, this.#isSettled ? 'sweeps' : 'pending');
    this.#isPolling = false;
    this.#asked = this.#tools.clock.monotonic();
    if (this.#text === before) this.#asksWithoutNews += 1;
    this.poll();
  }

  #nextDelay(): number {
    const { clock } = this.#tools;
    const delay = this.#isSettled
      ? DELAY_ONCE_OPEN * (0.9 + clock.random() * 0.2)
      : growingDelay(this.#asksWithoutNews, LONGEST_DELAY, clock);
    const retryAfter = isRelayError(this.#failure) ? this.#failure.retryAfter : undefined;
    return Math.max(delay, retryAfter ?? 0);
  }
}

/** Whether the session is open or has failed. After that it can only end. */
const isOpenOrFailed = ({ ready, linked, error }: RelaySession) =>
  (ready && linked) || Boolean(error);
