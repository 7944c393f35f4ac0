import * as v from 'valibot';
import type { RelayApi } from '../../api/relay-api.js';
import type { SessionEntry } from '../../api/session-list.js';
import type { Origin, WebhookTokens } from '../identity/index.js';
import { Adoptable, PAGE } from './adoptable.js';

/** A listed session that this proxy made, and what the webhook URL in it proves. */
export interface OwnEntry {
  readonly entry: SessionEntry;
  readonly proof: Origin;
}

/**
 * Finds the session of a *create* whose answer was lost. Each *create* has a nonce of its own, which is in the
 * session's webhook URL, and the service's list shows that URL.
 *
 * @param nonces - all that stand for the one *create*.
 * @param api - the relay session API, as it is called on behalf of whoever wants to know.
 */
export async function findLostCreate(
  nonces: readonly string[],
  api: RelayApi,
  webhookTokens: WebhookTokens,
): Promise<OwnEntry | undefined> {
  for await (const entry of api.listAllEntries({ limit: PAGE })) {
    const proof = await webhookTokens.readUrl(v.parse(Adoptable, entry).webhook_url);
    if (proof && nonces.includes(proof.nonce)) return { entry, proof };
  }
  return undefined;
}
