import type { UserAuthorization } from '../../api/schemas.js';
import { codeOf, type RelayError } from '../../common/relay-error.js';
import { isSameAddress } from '../identity/index.js';
import type { Asker } from '../limits/index.js';
import { noSuchSession, ProxyError } from '../proxy-error.js';
import type { Services } from '../services.js';
import { listsUsers } from '../watch/index.js';

/** What a player who joins learns of their user at the relay. */
export type Admission = Pick<UserAuthorization, 'session_user' | 'linked'>;

/**
 * Has the service let a player in. Where it refuses because a user with their address is there already, another
 * player behind the same router, they share that user.
 *
 * @throws {ProxyError} 404 for a session that is gone; 503 where it must be linked first, for it lists no users
 *   until then. {@link RelayError}.
 */
export async function authorizeUser(
  { records, watchers }: Services,
  asker: Asker,
  sessionId: string,
  ip: string,
): Promise<Admission> {
  try {
    return await asker.api.authorizeUser({ session_id: sessionId, user_ip: ip });
  } catch (error) {
    // The service may refuse because the session is gone: then that is the answer.
    const watcher = watchers.of(sessionId);
    await watcher.refresh(asker);
    if (await records.hasEnded(sessionId)) throw noSuchSession();
    if (codeOf(error) !== 'conflict') throw error;
    await watcher.load(asker);
    const { document } = watcher;
    if (document.error) throw error;
    if (!listsUsers(document)) throw linkFirst();
    const session_user = document.session_users?.find(
      ({ ip_address, authorization_token }) =>
        authorization_token !== undefined && isSameAddress(ip_address ?? '', ip),
    );
    if (!session_user) throw error;
    return { session_user, linked: true };
  }
}

const linkFirst = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'The session must be linked before another player can join from the same address.',
    1,
  );
