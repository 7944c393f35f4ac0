import ky from 'ky';
import * as v from 'valibot';
import { checkOptions, checkRequest } from '../common/check-against-schema.js';
import { checkJson } from '../common/check-json.js';
import { type Clock, sleep, systemClock } from '../common/clock.js';
import { errorWithoutSecret } from '../common/error-without-secret.js';
import { onAbort } from '../common/on-abort.js';
import { readAnswer } from '../common/read-bounded-text.js';
import { RelayError } from '../common/relay-error.js';
import { readAllPages } from './all-pages.js';
import { listPath, SESSIONS, sessionPath } from './paths.js';
import {
  type CallOptions,
  type ListOptions,
  type RelayApiOptions,
  RelayApiOptionsSchema,
} from './relay-api-options.js';
import { AuthorizeUserRequest, CreateSessionRequest, RevokeUserRequest } from './requests.js';
import { isWorthRetrying, mayHaveWorked, RETRIES, retryDelay } from './retry.js';
import { RelaySession, UserAuthorization } from './schemas.js';
import { type SessionEntry, SessionEntryList, SessionList } from './session-list.js';
import { createTransport, type Transport } from './transport.js';

export type { CallOptions, ListOptions, RelayApiOptions } from './relay-api-options.js';

/**
 * Edgegap's relay session API, v1, for the studio's servers.
 *
 * *get*, *list* and *delete* repeat themselves after 408, 429, 5xx and lost connections, up to three
 * times, with jitter, and obey a `Retry-After` of up to ten seconds; a longer one is handed on in the
 * error's `retryAfter`. *create*, *authorize-user* and *revoke-user* never repeat themselves.
 *
 * Every method throws a {@link RelayError}:
 * - `invalid-request`, which names the field, before anything is sent;
 * - what the service answered: `bad-request`, `unauthorized`, `forbidden`, `not-found`, `conflict`,
 *   `rate-limited`, `server-error`, `unexpected-status`; `not-json` and `invalid-response`;
 * - what happened on the way: `network`, `timeout`, `aborted`.
 *
 * No error holds the API token.
 */
export class RelayApi {
  readonly #transport: Transport;
  readonly #authorization: string;
  readonly #timeout: number;
  readonly #clock: Clock;

  /**
   * @throws {RelayError} `invalid-url`, or `invalid-option` for an option that does not exist or makes no
   * sense, an API token that no header can carry for instance; the message names it.
   */
  constructor(options: RelayApiOptions) {
    checkOptions(RelayApiOptionsSchema, options);
    const { apiToken, clock = systemClock } = options;
    const fetch: typeof globalThis.fetch =
      options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#authorization = `token ${apiToken}`;
    this.#clock = clock;
    this.#timeout = options.timeout ?? 10_000;
    this.#transport = createTransport(
      'relay service',
      options.baseUrl ?? 'https://api.edgegap.com',
      async (input, init) => {
        try {
          return await fetch(input, init);
        } catch (error) {
          throw errorWithoutSecret(error, apiToken);
        }
      },
      clock,
      readAnswer,
    );
  }

  /**
   * Creates a session (`relay-session-create`).
   *
   * @param request - `users` holds the players' public IP addresses, the host's first.
   * @returns the new session, not linked yet.
   * @throws {RelayError} see {@link RelayApi}. After `network` or `timeout` the session may have been
   * created all the same, and is billed.
   */
  async createSession(
    request: CreateSessionRequest,
    options: CallOptions = {},
  ): Promise<RelaySession> {
    const json = checkRequest(CreateSessionRequest, request);
    return this.#send({ method: 'POST', path: SESSIONS, json, schema: RelaySession, ...options });
  }

  /**
   * Asks for one page of the studio's sessions (`relay-session-list`).
   *
   * @returns the page, with the numbers of its neighbours in `pagination`.
   * @throws {RelayError} see {@link RelayApi}.
   */
  async listSessions(options: ListOptions = {}): Promise<SessionList> {
    return this.#readPage(SessionList, options);
  }

  /**
   * Asks for all of the studio's sessions, page by page as they are consumed (`relay-session-list`).
   * Each session comes at most once. It has an end, however many begin meanwhile. What there is of more than one
   * page is read twice, to the last page and back to the first: so none is missed because others end in the
   * meantime, as long as the service lists the oldest first. Where it orders them otherwise, or anew each time,
   * one may be: whoever must be sure of a session asks for it by {@link RelayApi.getSession}.
   *
   * @param options - `page` is the first page to read. Default: 1.
   * @throws {RelayError} see {@link RelayApi}; `invalid-response` for a page with a malformed session on it.
   */
  listAllSessions(options: ListOptions = {}): AsyncGenerator<RelaySession, void> {
    return readAllPages((page) => this.listSessions(page), options);
  }

  /**
   * As {@link RelayApi.listAllSessions}, for who must not be kept from one session by another that is
   * malformed: each comes as the service sent it, unchecked but for its `session_id`. What has none does not
   * come at all.
   *
   * @param options - `page` is the first page to read. Default: 1.
   * @throws {RelayError} see {@link RelayApi}.
   */
  listAllEntries(options: ListOptions = {}): AsyncGenerator<SessionEntry, void> {
    return readAllPages((page) => this.#readPage(SessionEntryList, page), options);
  }

  /**
   * Asks for a session (`relay-session-get`).
   *
   * @returns the session as it is now, with all its users.
   * @throws {RelayError} `not-found` for a session that is not, or no longer, there.
   */
  async getSession(sessionId: string, options: CallOptions = {}): Promise<RelaySession> {
    const path = sessionPath(sessionId);
    return this.#send({ method: 'GET', path, schema: RelaySession, ...options });
  }

  /**
   * Lets one more player use the session's relay (`relay-user-authorize`).
   *
   * @param request - `user_ip` is the player's public IP address.
   * @returns the session with that one user, their authorization token included.
   * @throws {RelayError} see {@link RelayApi}.
   */
  async authorizeUser(
    request: AuthorizeUserRequest,
    options: CallOptions = {},
  ): Promise<UserAuthorization> {
    const json = checkRequest(AuthorizeUserRequest, request);
    const path = `${SESSIONS}:authorize-user`;
    return this.#send({ method: 'POST', path, json, schema: UserAuthorization, ...options });
  }

  /**
   * Takes a player's right to use the session's relay away (`relay-user-revoke`).
   *
   * @param request - `authorization_token` is the player's own.
   * @returns the session without that player, where the service sends it.
   * @throws {RelayError} `not-found` for a session or a user that is not, or no longer, there.
   */
  async revokeUser(
    request: RevokeUserRequest,
    options: CallOptions = {},
  ): Promise<RelaySession | undefined> {
    const json = checkRequest(RevokeUserRequest, request);
    const path = `${SESSIONS}:revoke-user`;
    return this.#send({ method: 'POST', path, json, schema: v.optional(RelaySession), ...options });
  }

  /**
   * Ends a session (`relay-session-delete`). Nothing else does: it is billed until then.
   *
   * @throws {RelayError} `not-found` for a session that is not, or no longer, there. Not where an
   * earlier attempt of this very call has ended it and only the answer was lost.
   */
  async deleteSession(sessionId: string, options: CallOptions = {}): Promise<void> {
    const path = sessionPath(sessionId);
    let mayBeDone = false;
    const onRetry = (error: Error) => {
      mayBeDone ||= mayHaveWorked(error);
    };
    try {
      await this.#send({ method: 'DELETE', path, schema: v.unknown(), ...options }, onRetry);
    } catch (error) {
      const isGone = error instanceof RelayError && error.code === 'not-found';
      if (!isGone || !mayBeDone) throw error;
    }
  }

  async #readPage<TSchema extends v.GenericSchema>(
    schema: TSchema,
    options: ListOptions,
  ): Promise<v.InferOutput<TSchema>> {
    const { signal } = options;
    const path = listPath(options);
    return this.#send({ method: 'GET', path, schema, ...(signal && { signal }) });
  }

  async #send<TSchema extends v.GenericSchema>(
    call: {
      readonly method: 'GET' | 'POST' | 'DELETE';
      readonly path: string;
      readonly json?: unknown;
      readonly schema: TSchema;
      readonly signal?: AbortSignal | undefined;
    },
    onRetry?: (error: Error) => void,
  ): Promise<v.InferOutput<TSchema>> {
    checkJson(call.json);
    const clock = this.#clock;
    // The caller's signal may live long, and be that of many calls.
    const end = new AbortController();
    const forget = call.signal && onAbort(call.signal, () => end.abort());
    const { signal } = end;
    const sent = this.#transport({
      ...call,
      signal,
      authorization: this.#authorization,
      timeout: this.#timeout,
      // ky decides and counts; the waiting is done before each repetition, on the clock.
      repeat: (request, attempt) =>
        ky(request, {
          fetch: (each) => attempt(each as Request),
          timeout: false,
          throwHttpErrors: false,
          retry: {
            limit: RETRIES,
            methods: ['get', 'delete'],
            shouldRetry: ({ error }) => isWorthRetrying(error),
            delay: () => 0,
          },
          hooks: {
            beforeRetry: [
              async ({ error, retryCount }) => {
                onRetry?.(error);
                await sleep(clock, retryDelay(error, retryCount, clock.random()), signal);
              },
            ],
          },
        }),
    });
    const { document } = await sent.finally(forget);
    return document;
  }
}
