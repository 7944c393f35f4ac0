import * as v from 'valibot';
import type { SessionEntry } from '../../api/session-list.js';
import type { Clock } from '../../common/clock.js';
import { claimOfWebhook } from '../identity/index.js';
import { Adoptable } from './adoptable.js';

/** How long a wish counts, in milliseconds. Whoever still has it says so again, more than once in this time. */
const GOOD_FOR = 10_000;

/** A listed session that may be one that is looked for. */
export interface Candidate {
  readonly sessionId: string;
  readonly webhookUrl: string;
}

/** The *creates* whose sessions any of the instances looks for, by their nonces: see `LostCreates`. */
export class WantedCreates {
  readonly #clock: Clock;
  /** When each was last asked for, on the monotonic clock. */
  readonly #askedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The nonces that are wanted now. */
  get nonces(): string[] {
    const oldest = this.#clock.monotonic() - GOOD_FOR;
    for (const [nonce, at] of this.#askedAt) if (at <= oldest) this.#askedAt.delete(nonce);
    return [...this.#askedAt.keys()];
  }

  add(nonces: readonly string[]): void {
    for (const nonce of nonces) this.#askedAt.set(nonce, this.#clock.monotonic());
  }

  /** A sweep has looked for these. */
  settle(nonces: readonly string[]): void {
    for (const nonce of nonces) this.#askedAt.delete(nonce);
  }

  /** The candidates among these sessions. */
  among(entries: readonly SessionEntry[]): Candidate[] {
    return candidatesAmong(entries, this.nonces);
  }
}

/** Those of these sessions that say to be of one of these *creates*: whoever looks for it finds out if that is true. */
export function candidatesAmong(
  entries: readonly SessionEntry[],
  nonces: readonly string[],
): Candidate[] {
  const wanted = new Set(nonces);
  if (wanted.size === 0) return [];
  return entries.flatMap((entry) => {
    const { session_id: sessionId, webhook_url: webhookUrl } = v.parse(Adoptable, entry);
    const nonce = claimOfWebhook(webhookUrl)?.nonce;
    const isWanted = webhookUrl !== undefined && nonce !== undefined && wanted.has(nonce);
    return isWanted ? [{ sessionId, webhookUrl }] : [];
  });
}
