import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import { codeOf, isRelayError } from '../../common/relay-error.js';
import type { Asker } from '../limits/index.js';

/** What a {@link NewestDocument} works with. */
export interface NewestDocumentTools {
  readonly api: RelayApi;
  readonly clock: Clock;
  /** Called when the session is first seen, to learn of it what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
  readonly onChange: () => void;
  /** Called with each document that came, news or not, and with when it was asked for, on the monotonic clock. */
  readonly onSeen: (session: RelaySession, asked: number) => void;
  /** Whether the document may be about to change, though the session is open: then upstream is asked as before. */
  readonly isInDoubt: () => boolean;
  /** Called when upstream knows the session no longer. */
  readonly onGone: () => Promise<void>;
  /** Whether somebody waits for news. */
  readonly isAwaited: () => boolean;
}

/** In milliseconds: how old a document may be that is answered without asking again. */
const FRESH_WHILE_PENDING = 1_000;
const FRESH_ONCE_OPEN = 5_000;
/** A document this old is no longer answered, even when upstream cannot be asked. In milliseconds. */
const STALE = 5 * 60_000;
/** How long a *get* waits for a newer document when there is one already, in milliseconds. */
const PATIENCE = 1_000;
/** How often upstream is asked while somebody waits, in milliseconds. */
const FIRST_DELAY = 250;
const GROWTH = 1.5;
const LONGEST_DELAY = 2_000;
const DELAY_ONCE_OPEN = 10_000;
/** A moment so long ago that whoever comes next must ask. */
const NEVER = Number.NEGATIVE_INFINITY;

/** One session's newest document, and all that asks upstream for it: once, however many want to know. */
export class NewestDocument {
  readonly #sessionId: string;
  readonly #tools: NewestDocumentTools;
  /** On whose behalf upstream is asked: of the players of the session, the one who wanted to know last. */
  #asker: Asker | undefined;
  #document: RelaySession | undefined;
  #text = '';
  /** When upstream was last asked, whatever came of it, on the monotonic clock. */
  #asked = NEVER;
  /** When the document was asked for, on the monotonic clock. */
  #seen = 0;
  #refreshing: Promise<void> | undefined;
  #failure: unknown;
  #delay = FIRST_DELAY;
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

  /** @throws what upstream failed with, where there is no document, or an old one. */
  check(): void {
    if (this.#failure && !this.#isUsable) throw this.#failure;
  }

  /** Takes a document that came by another way, with *create* or *authorize-user*. */
  accept(document: RelaySession): void {
    this.#take(document, this.#tools.clock.monotonic());
  }

  /** Asks upstream once, whoever asks for it meanwhile. Does not reject: {@link NewestDocument.check} tells. */
  refresh(asker = this.#asker): Promise<void> {
    this.#asker = asker;
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /**
   * What is known already is good enough when upstream takes its time, or whoever asks has asked too often.
   *
   * @throws {ProxyError} 429 where nothing is known.
   */
  async refreshPatiently(asker?: Asker): Promise<void> {
    if (!this.#refreshing && !this.#charge(asker)) return;
    const refreshed = this.refresh(asker);
    if (!this.#document) return refreshed;
    const { clock } = this.#tools;
    let timer: unknown;
    const patience = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, PATIENCE);
    });
    await Promise.race([refreshed, patience]);
    clock.clearTimeout(timer);
  }

  /** There is news: an answer that is on its way may be from before it. Where nobody waits, whoever comes next asks. */
  async refreshAnew(): Promise<void> {
    if (this.#tools.isAwaited()) await this.askAnew();
    else {
      await this.#refreshing;
      this.#asked = NEVER;
    }
  }

  /** Asks upstream for a document that is newer than this moment. Does not reject, as {@link NewestDocument.refresh}. */
  async askAnew(): Promise<void> {
    await this.#refreshing;
    await this.refresh();
  }

  /** Asks again and again, as long as somebody waits. */
  poll(): void {
    const { clock, isAwaited } = this.#tools;
    if (this.#timer !== undefined || this.#isPolling || !isAwaited()) return;
    const delay = this.#nextDelay() * (0.9 + clock.random() * 0.2);
    this.#timer = clock.setTimeout(
      () => {
        this.#timer = undefined;
        void this.#pollOnce();
      },
      Math.max(0, this.#asked + delay - clock.monotonic()),
    );
  }

  stopPolling(): void {
    this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Nothing more is expected of it, and nothing that it says is in doubt. */
  get #isSettled(): boolean {
    return this.#document !== undefined && isOpen(this.#document) && !this.#tools.isInDoubt();
  }

  /** Whether this asker may have upstream asked. */
  #charge(asker: Asker | undefined): boolean {
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

  async #ask(): Promise<void> {
    const { clock, onFirstSeen, onGone } = this.#tools;
    const api = this.#asker?.api ?? this.#tools.api;
    const started = clock.monotonic();
    try {
      // Whatever the answer calls it, it is the one that was asked for.
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

  /** Takes a document, and when it was asked for, on the monotonic clock. */
  #take(document: RelaySession, asked: number): void {
    const text = JSON.stringify(document);
    this.#asked = asked;
    this.#seen = asked;
    this.#tools.onSeen(document, asked);
    if (text === this.#text) return;
    this.#text = text;
    this.#document = document;
    this.#delay = FIRST_DELAY;
    this.#tools.onChange();
  }

  async #pollOnce(): Promise<void> {
    this.#isPolling = true;
    const before = this.#text;
    await this.refresh();
    this.#isPolling = false;
    this.#asked = this.#tools.clock.monotonic();
    if (this.#text === before) this.#delay = Math.min(this.#delay * GROWTH, LONGEST_DELAY);
    this.poll();
  }

  #nextDelay(): number {
    const delay = this.#isSettled ? DELAY_ONCE_OPEN : this.#delay;
    const retryAfter = isRelayError(this.#failure) ? this.#failure.retryAfter : undefined;
    return Math.max(delay, retryAfter ?? 0);
  }
}

/** Nothing more is expected of it: it is open, or failed. */
const isOpen = ({ ready, linked, error }: RelaySession) => (ready && linked) || Boolean(error);
