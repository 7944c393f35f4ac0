import type { UserAuthorization } from '../../api/schemas.js';
import { codeOf, type RelayError } from '../../common/relay-error.js';
import { isSameAddress } from '../identity/index.js';
import type { UpstreamCaller } from '../limits/index.js';
import { noSuchSession, ProxyError } from '../proxy-error.js';
import type { SessionRecords } from '../store/index.js';
import { listsUsers, type Watchers } from '../watch/index.js';

/** What the service says of a player whom it lets in. */
export type Admission = Pick<UserAuthorization, 'session_user' | 'linked'>;

/** The users that players are at the relay: one each, or one for all who share an address. */
export class SameAddressUsers {
  readonly #records: SessionRecords;
  readonly #watchers: Watchers;

  constructor(records: SessionRecords, watchers: Watchers) {
    this.#records = records;
    this.#watchers = watchers;
  }

  /**
   * Has the service let a player in. It may refuse because there is a user with their address already, that of another
   * player behind the same router. Then both players share that user.
   *
   * @throws {ProxyError} 404 for a session that is gone; 503 where it must be linked first, because it lists no users
   *   until then. {@link RelayError}.
   */
  async letIn(asker: UpstreamCaller, sessionId: string, ip: string): Promise<Admission> {
    try {
      return await asker.api.authorizeUser({ session_id: sessionId, user_ip: ip });
    } catch (error) {
      // The service was not even asked.
      if (error instanceof ProxyError) throw error;
      return this.#shareUser(error, asker, sessionId, ip);
    }
  }

  async #shareUser(
    refusal: unknown,
    asker: UpstreamCaller,
    sessionId: string,
    ip: string,
  ): Promise<Admission> {
    const watcher = this.#watchers.of(sessionId);
    // The service may refuse because the session is gone: then that is the answer.
    await watcher.refresh(asker);
    if (await this.#records.hasEnded(sessionId)) throw noSuchSession();
    if (codeOf(refusal) !== 'conflict') throw refusal;
    await watcher.load(asker);
    const { document } = watcher;
    if (document.error) throw refusal;
    if (!listsUsers(document)) throw linkFirst();
    const session_user = document.session_users?.find(
      ({ ip_address, authorization_token }) =>
        authorization_token !== undefined && isSameAddress(ip_address ?? '', ip),
    );
    if (!session_user) throw refusal;
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
