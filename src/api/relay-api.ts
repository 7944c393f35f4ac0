import * as v from 'valibot';
import { checkOptions, checkRequest } from '../common/check-against-schema.js';
import { systemClock } from '../common/clock.js';
import { codeOf } from '../common/relay-error.js';
import { readAllPages } from './all-pages.js';
import { listPath, SESSIONS, sessionPath } from './paths.js';
import {
  type CallOptions,
  type ListOptions,
  type RelayApiOptions,
  RelayApiOptionsSchema,
} from './relay-api-options.js';
import { AuthorizeUserRequest, CreateSessionRequest, RevokeUserRequest } from './requests.js';
import { mayHaveWorked } from './retry.js';
import { RelaySession, UserAuthorization } from './schemas.js';
import { ServiceClient } from './service-client.js';
import {
  type SessionEntry,
  SessionEntryList,
  type SessionEntryPage,
  SessionList,
} from './session-list.js';

export type { CallOptions, ListOptions, RelayApiOptions } from './relay-api-options.js';

/**
 * Edgegap's relay session API, v1, for the studio's servers.
 *
 * *get*, *list* and *delete* repeat themselves after 408, 429, 5xx and lost connections, up to three
 * times, with jitter, and obey a `Retry-After` of up to ten seconds; a longer one is handed on in the
 * error's `retryAfter`. *create*, *authorize-user* and *revoke-user* never repeat themselves.
 *
 * Every method throws a `RelayError`:
 * - `invalid-request`, which names the field, before anything is sent;
 * - what the service answered: `bad-request`, `unauthorized`, `forbidden`, `not-found`, `conflict`,
 *   `rate-limited`, `server-error`, `unexpected-status`; `not-json` and `invalid-response`;
 * - what happened on the way: `network`, `timeout`, `aborted`.
 *
 * No error holds the API token.
 *
 * @example
 * ```ts
 * import { RelayApi } from 'relais/api';
 *
 * const api = new RelayApi({ apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' });
 * const { session_id } = await api.createSession({ users: [{ ip: '203.0.113.7' }] });
 * const { ready, linked } = await api.getSession(session_id);
 * await api.deleteSession(session_id);
 * ```
 */
export class RelayApi {
  readonly #client: ServiceClient;

  /**
   * @throws {RelayError} `invalid-url`, or `invalid-option` for an option that does not exist or makes no
   * sense, an API token that no header can carry for instance; the message names it.
   */
  constructor(options: RelayApiOptions) {
    checkOptions(RelayApiOptionsSchema, options);
    this.#client = new ServiceClient({
      apiToken: options.apiToken,
      baseUrl: options.baseUrl ?? 'https://api.edgegap.com',
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      timeout: options.timeout ?? 10_000,
      clock: options.clock ?? systemClock,
    });
  }

  /**
   * Creates a session (`relay-session-create`).
   *
   * @param request - `users` holds the players' public IP addresses, the host's first.
   * @returns the new session, not linked yet.
   * @throws {RelayError} see {@link RelayApi}. After `network` or `timeout` the session may have been
   * created all the same, and is billed.
   * @example const { session_id } = await api.createSession({ users: [{ ip: '203.0.113.7' }] });
   */
  async createSession(
    request: CreateSessionRequest,
    options: CallOptions = {},
  ): Promise<RelaySession> {
    const json = checkRequest(CreateSessionRequest, request);
    return this.#client.send({
      method: 'post',
      path: SESSIONS,
      json,
      schema: RelaySession,
      signal: options.signal,
    });
  }

  /**
   * Asks for one page of the studio's sessions (`relay-session-list`).
   *
   * @returns the page, with the numbers of its neighbours in `pagination`.
   * @throws {RelayError} see {@link RelayApi}.
   * @example const { sessions } = await api.listSessions({ page: 2, limit: 50 });
   */
  async listSessions(options: ListOptions = {}): Promise<SessionList> {
    return this.#readPage(SessionList, options);
  }

  /**
   * Asks for all of the studio's sessions, page by page as they are consumed (`relay-session-list`). Each session
   * comes at most once, and the list ends, however many sessions begin meanwhile.
   *
   * Where there is more than one page, all are read twice: to the last page, and back to the first. So no session is
   * missed because others end in the meantime, as long as the service lists the oldest first. If it orders them in
   * another way, one may be missed: to be sure of a session, ask for it with {@link RelayApi.getSession}.
   *
   * @param options - `page` is the first page to read. Default: 1.
   * @throws {RelayError} see {@link RelayApi}; `invalid-response` for a page with a malformed session on it.
   * @example for await (const { session_id } of api.listAllSessions()) console.log(session_id);
   */
  listAllSessions(options: ListOptions = {}): AsyncGenerator<RelaySession, void> {
    return readAllPages((page) => this.listSessions(page), options);
  }

  /**
   * Asks for all sessions like {@link RelayApi.listAllSessions}, even if some are malformed. Each comes as the service
   * sent it, and only its `session_id` was checked. Those without a `session_id` are left out.
   *
   * @param options - `page` is the first page to read. Default: 1.
   * @throws {RelayError} see {@link RelayApi}.
   * @example for await (const { session_id } of api.listAllEntries()) console.log(session_id);
   */
  listAllEntries(options: ListOptions = {}): AsyncGenerator<SessionEntry, void> {
    return readAllPages((page) => this.listEntryPage(page), options);
  }

  /** @internal One page, as {@link RelayApi.listAllEntries} reads it. */
  listEntryPage(options: ListOptions = {}): Promise<SessionEntryPage> {
    return this.#readPage(SessionEntryList, options);
  }

  /**
   * Asks for a session (`relay-session-get`).
   *
   * @returns the session as it is now, with all its users.
   * @throws {RelayError} `not-found` for a session that is not, or no longer, there.
   * @example const { status, ready, linked } = await api.getSession('7349356945f1-S');
   */
  async getSession(sessionId: string, options: CallOptions = {}): Promise<RelaySession> {
    const path = sessionPath(sessionId);
    return this.#client.send({ method: 'get', path, schema: RelaySession, signal: options.signal });
  }

  /**
   * Lets one more player use the session's relay (`relay-user-authorize`).
   *
   * @param request - `user_ip` is the player's public IP address.
   * @returns the session with that one user, their authorization token included.
   * @throws {RelayError} see {@link RelayApi}.
   * @example
   * ```ts
   * const request = { session_id: '7349356945f1-S', user_ip: '198.51.100.7' };
   * const { session_user } = await api.authorizeUser(request);
   * ```
   */
  async authorizeUser(
    request: AuthorizeUserRequest,
    options: CallOptions = {},
  ): Promise<UserAuthorization> {
    const json = checkRequest(AuthorizeUserRequest, request);
    const path = `${SESSIONS}:authorize-user`;
    return this.#client.send({
      method: 'post',
      path,
      json,
      schema: UserAuthorization,
      signal: options.signal,
    });
  }

  /**
   * Takes a player's right to use the session's relay away (`relay-user-revoke`).
   *
   * @param request - `authorization_token` is the player's own.
   * @returns the session without that player, where the service sends it.
   * @throws {RelayError} `not-found` for a session or a user that is not, or no longer, there.
   * @example await api.revokeUser({ session_id: '7349356945f1-S', authorization_token: 3500589645 });
   */
  async revokeUser(
    request: RevokeUserRequest,
    options: CallOptions = {},
  ): Promise<RelaySession | undefined> {
    const json = checkRequest(RevokeUserRequest, request);
    const path = `${SESSIONS}:revoke-user`;
    return this.#client.send({
      method: 'post',
      path,
      json,
      schema: v.optional(RelaySession),
      signal: options.signal,
    });
  }

  /**
   * Ends a session (`relay-session-delete`). Nothing else does: it is billed until then.
   *
   * @throws {RelayError} `not-found` for a session that is not, or no longer, there. It does not throw where an earlier
   * try of this call has ended the session and only the answer was lost.
   * @example await api.deleteSession('7349356945f1-S');
   */
  async deleteSession(sessionId: string, options: CallOptions = {}): Promise<void> {
    const path = sessionPath(sessionId);
    let mayBeDone = false;
    const onRetry = ({ error }: { readonly error: Error }) => {
      mayBeDone ||= mayHaveWorked(error);
    };
    const { signal } = options;
    try {
      await this.#client.send({ method: 'delete', path, schema: v.unknown(), signal, onRetry });
    } catch (error) {
      if (codeOf(error) !== 'not-found' || !mayBeDone) throw error;
    }
  }

  async #readPage<TSchema extends v.GenericSchema>(
    schema: TSchema,
    options: ListOptions,
  ): Promise<v.InferOutput<TSchema>> {
    const path = listPath(options);
    return this.#client.send({ method: 'get', path, schema, signal: options.signal });
  }
}
