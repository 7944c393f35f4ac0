import * as v from 'valibot';
import type { SessionEntry } from '../../api/session-list.js';
import type { WebhookTokens } from '../../proxy/identity/index.js';
import { claimOfWebhook } from '../../proxy/identity/index.js';

/**
 * Whose a session is. `mine`: the webhook URL is signed with one of our secrets. `another`: another proxy has signed
 * it, or one of ours with a secret that is gone. `unknown`: no proxy has made it.
 */
export type Owner = 'mine' | 'another' | 'unknown';

/** What is told of a session. No token, no address. */
export interface SessionRow {
  readonly id: string;
  readonly status: string;
  readonly owner: Owner;
  /** When it was made, in milliseconds since the epoch, where its webhook URL says so. */
  readonly made: number | undefined;
  /** How many players it has, where the service says so. */
  readonly players: number | undefined;
  readonly ready: boolean;
  readonly linked: boolean;
}

/** What is read of a listed session. Everything but its id may be odd or missing. */
const Listed = v.object({
  status: v.fallback(v.string(), ''),
  ready: v.fallback(v.boolean(), false),
  linked: v.fallback(v.boolean(), false),
  session_users: v.fallback(v.optional(v.array(v.unknown())), undefined),
  webhook_url: v.fallback(v.optional(v.string()), undefined),
});

/** Finds out what is to be told of a session. */
export async function rowOf(entry: SessionEntry, tokens: WebhookTokens): Promise<SessionRow> {
  const { linked, ready, session_users, status, webhook_url } = v.parse(Listed, entry);
  const proof = await tokens.readUrl(webhook_url);
  const claim = proof ?? claimOfWebhook(webhook_url);
  return {
    id: entry.session_id,
    status,
    owner: proof ? 'mine' : claim ? 'another' : 'unknown',
    // Older proxies did not say when.
    made: claim?.made || undefined,
    players: session_users?.length,
    ready,
    linked,
  };
}

/** How old a session is, in seconds, where that is known. Clocks may be apart, and no session is from the future. */
export const secondsSince = ({ made }: SessionRow, now: number): number | undefined =>
  made === undefined ? undefined : Math.max(0, (now - made) / 1_000);
