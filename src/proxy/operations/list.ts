import type { Caller } from '../identity/index.js';
import type { Asker } from '../limits/index.js';
import { ProxyError } from '../proxy-error.js';
import type { Services } from '../services.js';
import { ownSession, renderOwn } from './own-sessions.js';

/**
 * The player's own sessions, as the API's list document: one page, for there are few. A ticket shows its own.
 *
 * @throws {RelayError} as upstream answers.
 */
export async function listOwnSessions(
  services: Services,
  caller: Caller,
  asker: Asker,
): Promise<string> {
  const ids = caller.ticket
    ? [caller.ticket.seat.sessionId]
    : await services.records.sessionsOf(caller.playerId);
  const bodies = await Promise.all(ids.map((id) => bodyOf(services, caller, asker, id)));
  const sessions = bodies.filter((body) => body !== undefined);
  const rest = JSON.stringify({
    total_count: sessions.length,
    pagination: {
      number: 1,
      next_page_number: null,
      previous_page_number: null,
      paginator: { num_pages: 1 },
      has_next: false,
      has_previous: false,
    },
  });
  return `{"sessions":[${sessions.join(',')}],${rest.slice(1)}`;
}

async function bodyOf(
  services: Services,
  caller: Caller,
  asker: Asker,
  sessionId: string,
): Promise<string | undefined> {
  try {
    const own = await ownSession(services, caller, sessionId, asker);
    return (await renderOwn(services, own, caller)).body;
  } catch (error) {
    if (error instanceof ProxyError) return undefined;
    throw error;
  }
}
