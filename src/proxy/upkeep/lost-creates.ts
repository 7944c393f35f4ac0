import type { SessionEntry } from '../../api/session-list.js';
import type { Clock } from '../../common/clock.js';
import type { Origin, WebhookTokens } from '../identity/index.js';
import { ProxyError } from '../proxy-error.js';
import type { SweepChannel, SweepNews } from '../store/index.js';
import { type AccountList, areNearlyAll } from './account-list.js';
import type { Duty } from './duty.js';
import { type Candidate, candidatesAmong } from './wanted-creates.js';

/** A session that this proxy made: what is known of it, and which *create* it is of. */
export interface OwnEntry {
  readonly entry: SessionEntry;
  readonly proof: Origin;
}

/** What {@link LostCreates} work with. */
export interface LostCreatesTools {
  readonly channel: SweepChannel;
  readonly clock: Clock;
  readonly duty: Pick<Duty, 'isHeld'>;
  readonly list: AccountList;
  readonly webhookTokens: WebhookTokens;
}

/** One search for the session of a *create*. */
interface Search {
  /** All that stand for the one *create*. */
  readonly nonces: readonly string[];
  readonly resolve: (found: OwnEntry | undefined) => void;
  readonly reject: (reason: unknown) => void;
  /** Whether a sweep looks for it that has begun since. */
  isUnderWay: boolean;
  /** Whether this instance goes through the list for it by itself. */
  isSoughtHere: boolean;
}

/** How often a search is announced until a sweep looks for it, in milliseconds. */
const ASKED_EVERY = 2_000;
/** An instance looks by itself where nothing was heard of any sweep for so long, in milliseconds. */
const PATIENCE = 4_000;

/**
 * The searches for the sessions of *creates* whose answers were lost. Each *create* has a nonce of its own, which is in
 * the session's webhook URL, and the service's list shows that URL. The instance that sweeps looks for all who search,
 * wherever they do: one sweep serves all of them. Where that instance is silent or fails, this one goes through the
 * list itself, for whoever waits here.
 */
export class LostCreates {
  readonly #tools: LostCreatesTools;
  readonly #searches = new Set<Search>();
  /** When something was last heard of a sweep, on the monotonic clock. */
  #heardAt = 0;
  #stopHearing = () => {};
  #timer: unknown;
  /** The work on what was heard so far: a find must not be overtaken by the sweep's end. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(tools: LostCreatesTools) {
    this.#tools = tools;
  }

  /**
   * Searches for the open session that a *create* with one of these nonces made, in whatever is listed from now on.
   *
   * @returns the session, of which no more than its id need be known; or `undefined` where a whole sweep that began
   * after this did not show it.
   * @throws {ProxyError} 503 where nobody can tell now.
   */
  find(nonces: readonly string[]): Promise<OwnEntry | undefined> {
    return new Promise((resolve, reject) => {
      const search: Search = { nonces, resolve, reject, isUnderWay: false, isSoughtHere: false };
      if (this.#searches.size === 0) this.#begin();
      this.#searches.add(search);
      this.#ask(search);
    });
  }

  #begin(): void {
    const { channel, clock } = this.#tools;
    this.#heardAt = clock.monotonic();
    this.#stopHearing = channel.hear(
      (news) => this.#hear(news),
      () => {
        // A find may have been among what was missed.
        for (const search of this.#searches) search.isUnderWay = false;
      },
    );
    this.#lookLater();
  }

  #lookLater(): void {
    const { clock } = this.#tools;
    this.#timer = clock.setTimeout(() => {
      const waiting = [...this.#searches].filter(({ isSoughtHere }) => !isSoughtHere);
      const isSilent = clock.monotonic() - this.#heardAt >= PATIENCE;
      if (isSilent) void this.#lookAlone(waiting);
      else for (const search of waiting) if (!search.isUnderWay) this.#ask(search);
      if (this.#searches.size > 0) this.#lookLater();
    }, ASKED_EVERY);
  }

  #ask(search: Search): void {
    const { nonces } = search;
    this.#tools.channel.tell({ what: 'search', nonces: [...nonces] }).catch((error) => {
      if (this.#searches.has(search)) this.#end(search).reject(error);
    });
  }

  #hear(news: SweepNews): void {
    if (news.what === 'begin') this.#noteBegin(news.nonces);
    if (news.what === 'begin' || news.what === 'page' || news.what === 'end') this.#noteSign();
    if (news.what === 'found') this.#work = this.#work.then(() => this.#take(news));
    if (news.what === 'end') this.#work = this.#work.then(() => this.#conclude(news.isWhole));
  }

  #noteSign(): void {
    this.#heardAt = this.#tools.clock.monotonic();
  }

  #noteBegin(nonces: readonly string[]): void {
    for (const search of this.#searches) {
      search.isUnderWay = search.nonces.every((nonce) => nonces.includes(nonce));
    }
  }

  /** Takes a session that may be one that is searched for: its webhook URL proves it, or does not. */
  async #take({ sessionId, webhookUrl }: Candidate): Promise<void> {
    const proof = await this.#tools.webhookTokens.readUrl(webhookUrl);
    if (!proof) return;
    const entry = { session_id: sessionId };
    for (const search of this.#searches) {
      if (search.nonces.includes(proof.nonce)) this.#end(search).resolve({ entry, proof });
    }
  }

  /**
   * Sees what becomes of the searches that found nothing in a sweep.
   *
   * @param isWhole - whether the list showed nearly all sessions, and did not fail.
   */
  #conclude(isWhole: boolean): void {
    const searches = [...this.#searches].filter(({ isUnderWay }) => isUnderWay);
    // What another instance cannot read, this one may.
    if (isWhole || this.#tools.duty.isHeld) this.#endAll(searches, isWhole);
    else void this.#lookAlone(searches.filter(({ isSoughtHere }) => !isSoughtHere));
  }

  /** Goes through the list without the instance on duty. Does not reject. */
  async #lookAlone(searches: readonly Search[]): Promise<void> {
    if (searches.length === 0) return;
    for (const search of searches) search.isSoughtHere = true;
    const nonces = searches.flatMap((search) => search.nonces);
    const rules = { isThorough: true, isUrgent: () => true, checkMayGoOn: () => this.#noteSign() };
    try {
      const { shown, total } = await this.#tools.list.read(rules, async (entries) => {
        for (const candidate of candidatesAmong(entries, nonces)) await this.#take(candidate);
      });
      this.#endAll(searches, areNearlyAll(shown.size, total));
    } catch {
      this.#endAll(searches, false);
    }
  }

  /** Ends those that have found nothing. If not nearly all sessions were shown, nobody can tell what is not there. */
  #endAll(searches: readonly Search[], isWhole: boolean): void {
    for (const search of searches) {
      if (!this.#searches.has(search)) continue;
      if (isWhole) this.#end(search).resolve(undefined);
      else this.#end(search).reject(nobodyKnows());
    }
  }

  #end(search: Search): Search {
    this.#searches.delete(search);
    if (this.#searches.size === 0) {
      this.#stopHearing();
      this.#tools.clock.clearTimeout(this.#timer);
    }
    return search;
  }
}

const nobodyKnows = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'Whether the session was made shows once the relay service lists its sessions again.',
    2,
  );
