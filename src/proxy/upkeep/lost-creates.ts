import * as v from 'valibot';
import type { SessionEntry } from '../../api/session-list.js';
import type { Origin, WebhookTokens } from '../identity/index.js';
import { ProxyError } from '../proxy-error.js';
import { Adoptable } from './adoptable.js';

/** A listed session that this proxy made, and what the webhook URL in it proves. */
export interface OwnEntry {
  readonly entry: SessionEntry;
  readonly proof: Origin;
}

/** One search for the session of a *create*. */
export interface Search {
  /** All that stand for the one *create*. */
  readonly nonces: readonly string[];
  readonly resolve: (found: OwnEntry | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The searches for the sessions of *creates* whose answers were lost. Each *create* has a nonce of its own, which is in
 * the session's webhook URL, and the service's list shows that URL. One sweep serves all who search at the same time.
 */
export class LostCreates {
  readonly #webhookTokens: WebhookTokens;
  readonly #searches = new Set<Search>();

  constructor(webhookTokens: WebhookTokens) {
    this.#webhookTokens = webhookTokens;
  }

  /** Whether anybody waits for a sweep to its end. */
  get isSearching(): boolean {
    return this.#searches.size > 0;
  }

  /** The searches that a sweep that begins now can answer for good. */
  get searches(): readonly Search[] {
    return [...this.#searches];
  }

  /**
   * Searches for the open session that a *create* with one of these nonces made, in whatever is listed from now on.
   *
   * @returns the session, or `undefined` where a whole sweep that began after this did not show it.
   */
  find(nonces: readonly string[]): Promise<OwnEntry | undefined> {
    return new Promise((resolve, reject) => {
      this.#searches.add({ nonces, resolve, reject });
    });
  }

  /** Looks through sessions that were listed. */
  async look(entries: readonly SessionEntry[]): Promise<void> {
    if (!this.isSearching) return;
    for (const entry of entries) {
      const proof = await this.#webhookTokens.readUrl(v.parse(Adoptable, entry).webhook_url);
      if (!proof) continue;
      for (const search of this.#searches) {
        if (search.nonces.includes(proof.nonce)) this.#end(search).resolve({ entry, proof });
      }
    }
  }

  /**
   * Ends searches that found nothing in a sweep.
   *
   * @param isWhole - whether the list showed nearly all sessions. If it did not, nobody can tell what is not there.
   */
  conclude(searches: readonly Search[], isWhole: boolean): void {
    for (const search of searches) {
      if (!this.#searches.has(search)) continue;
      if (isWhole) this.#end(search).resolve(undefined);
      else this.#end(search).reject(listedInPart());
    }
  }

  /** Ends searches whose sweep failed. */
  fail(searches: readonly Search[], reason: unknown): void {
    for (const search of searches) if (this.#searches.has(search)) this.#end(search).reject(reason);
  }

  #end(search: Search): Search {
    this.#searches.delete(search);
    return search;
  }
}

const listedInPart = () =>
  new ProxyError(503, 'upstream-unavailable', 'The relay service lists its sessions in part.', 2);
