import * as v from 'valibot';
import type { RelayApi } from '../../api/relay-api.js';
import type { SessionEntry } from '../../api/session-list.js';
import { codeOf } from '../../common/relay-error.js';
import type { SessionRecords } from '../store/index.js';
import type { SweepPace } from '../watch/index.js';
import { areNearlyAll } from './account-list.js';
import { Adoptable } from './adoptable.js';
import type { Finding } from './sweep-counts.js';

/** What an {@link AdoptionRound} works with. */
export interface AdoptionRoundTools {
  readonly api: RelayApi;
  readonly records: SessionRecords;
  /** How fast sessions are looked up. Default: as fast as can be. */
  readonly pace: SweepPace | undefined;
  /** The sessions that the store knows, and that were not listed yet. Those that are listed are taken out. */
  readonly unlisted: Set<string>;
  /** Takes care of one session, and says what it is. */
  readonly adopt: (session: Adoptable) => Promise<Finding>;
  /** Called when all were gone through. */
  readonly onEnd: () => Promise<void>;
  /** Called after it, where no adoption failed and nearly all that the service counts were there: with what each is. */
  readonly onComplete: (findings: readonly Finding[]) => void;
}

/** How many sessions that are not listed are looked up in one round, at most. */
const LOOKUPS = 100;

/** Adopts the sessions that one sweep lists. A failure with one of them keeps no other from being adopted. */
export class AdoptionRound {
  readonly #tools: AdoptionRoundTools;
  readonly #failures: unknown[] = [];
  /** What the sessions are, by id: a list whose pages move may show one twice. */
  readonly #findings = new Map<string, Finding>();
  /** The work on what was taken so far. */
  #work = Promise.resolve();

  constructor(tools: AdoptionRoundTools) {
    this.#tools = tools;
  }

  /** Adopts sessions, beside the sweep, which goes on. */
  take(entries: readonly SessionEntry[]): void {
    for (const { session_id: id } of entries) this.#tools.unlisted.delete(id);
    this.#work = this.#work.then(() => this.#adoptAll(entries));
  }

  /**
   * Looks up what was not listed, and ends the round. Rejects where an adoption failed, or too much was missing.
   *
   * @param shown - how many sessions were listed.
   * @param total - how many there are, as the service says.
   */
  async finish(shown: number, total: number): Promise<void> {
    const { onComplete, onEnd, unlisted } = this.#tools;
    await this.#work;
    const found = await this.#lookUp([...unlisted].slice(0, LOOKUPS));
    await onEnd();
    if (this.#failures.length > 0) throw this.#failures[0];
    if (!areNearlyAll(shown + found, total)) throw new ListedInPart(shown, total);
    onComplete([...this.#findings.values()]);
  }

  async #adoptAll(entries: readonly SessionEntry[]): Promise<void> {
    for (const entry of entries) {
      await this.#adopt(v.parse(Adoptable, entry)).catch((error) => this.#failures.push(error));
    }
  }

  async #adopt(session: Adoptable): Promise<void> {
    this.#findings.set(session.session_id, await this.#tools.adopt(session));
  }

  /**
   * Asks for sessions that the store knows and the list does not show. Sessions move between the pages of a list while
   * it is read, so one that is missing from it may be there: only a *get* tells. What fails is left to the next sweep.
   *
   * @returns how many are there.
   */
  async #lookUp(sessionIds: readonly string[]): Promise<number> {
    const { api, pace, records } = this.#tools;
    let found = 0;
    for (const sessionId of sessionIds) {
      try {
        if (await records.hasEnded(sessionId)) continue;
        await pace?.take();
        const session = await api.getSession(sessionId);
        found += 1;
        await this.#adopt(session);
      } catch (error) {
        if (codeOf(error) === 'not-found') await records.end(sessionId).catch(() => {});
      }
    }
    return found;
  }
}

/** The list showed too few of the sessions that it counts to be believed. */
class ListedInPart extends Error {
  constructor(shown: number, total: number) {
    super(`The list shows ${shown} of ${total} sessions.`);
    this.name = 'ListedInPart';
  }
}
