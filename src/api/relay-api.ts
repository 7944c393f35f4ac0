import * as v from 'valibot';
import { checkRequest } from './check.js';
import { type Clock, systemClock } from './clock.js';
import { RelayError } from './relay-error.js';
import {
  AuthorizeUserRequest,
  CreateSessionRequest,
  RevokeUserRequest,
  SessionPath,
} from './requests.js';
import { RelaySession, UserAuthorization } from './schemas.js';
import { Transport } from './transport.js';

/** How to reach the relay session API. */
export interface RelayApiOptions {
  /** The studio's API token, without the word `token`. It gives unlimited access to the account. */
  readonly apiToken: string;
  /** Where the API is. Default: `https://api.edgegap.com`. */
  readonly baseUrl?: string | URL;
  /** The function that sends a request. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Time for one attempt, in milliseconds. Default: 10000. */
  readonly timeout?: number;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock;
}

/** What every operation takes besides its own arguments. */
export interface CallOptions {
  /** Ends the request; the promise then rejects with the code `aborted`. */
  readonly signal?: AbortSignal;
}

const SESSIONS = 'v1/relays/sessions';

/**
 * Edgegap's relay session API, v1, for the studio's servers.
 *
 * *get* and *delete* repeat themselves after 408, 429, 5xx and lost connections, up to three times,
 * with jitter, and obey `Retry-After`; *create*, *authorize-user* and *revoke-user*
 * never do.
 */
export class RelayApi {
  readonly #transport: Transport;
  readonly #authorization: string;
  readonly #timeout: number;

  /**
   * @throws {RelayError} `invalid-url`, or `invalid-option` for an API token that no header can carry.
   */
  constructor(options: RelayApiOptions) {
    const clock = options.clock ?? systemClock;
    if (!/^[\x21-\x7e]+$/.test(options.apiToken)) {
      throw new RelayError('invalid-option', '"apiToken" must be visible ASCII without spaces.');
    }
    this.#authorization = `token ${options.apiToken}`;
    this.#timeout = options.timeout ?? 10_000;
    this.#transport = new Transport({
      baseUrl: options.baseUrl ?? 'https://api.edgegap.com',
      peer: 'relay service',
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      clock,
      retry: {
        limit: 3,
        methods: ['get', 'delete'],
        statusCodes: [408, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)],
        afterStatusCodes: [408, 429, 503],
        jitter: (delay) => delay * (0.5 + clock.random() / 2),
        shouldRetry: ({ error }) =>
          error instanceof RelayError && !error.retryable ? false : undefined,
      },
    });
  }

  /**
   * Creates a session (`relay-session-create`).
   *
   * @param request - `users` holds the players' public IP addresses, the host's first.
   * @returns the new session, not linked yet.
   * @throws {RelayError} `invalid-request` before anything is sent; else as the service answers.
   */
  async createSession(
    request: CreateSessionRequest,
    options: CallOptions = {},
  ): Promise<RelaySession> {
    const json = checkRequest(CreateSessionRequest, request);
    return this.#send({ method: 'POST', path: SESSIONS, json, schema: RelaySession, ...options });
  }

  /**
   * Asks for a session (`relay-session-get`).
   *
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
   * @throws {RelayError} `not-found` for a session that is not, or no longer, there.
   */
  async deleteSession(sessionId: string, options: CallOptions = {}): Promise<void> {
    const path = sessionPath(sessionId);
    await this.#send({ method: 'DELETE', path, schema: v.unknown(), ...options });
  }

  async #send<TSchema extends v.GenericSchema>(call: {
    readonly method: 'GET' | 'POST' | 'DELETE';
    readonly path: string;
    readonly json?: unknown;
    readonly schema: TSchema;
    readonly signal?: AbortSignal;
  }): Promise<v.InferOutput<TSchema>> {
    const answer = await this.#transport.send({
      ...call,
      authorization: this.#authorization,
      timeout: this.#timeout,
    });
    return answer.document;
  }
}

function sessionPath(sessionId: string): string {
  const { session_id } = checkRequest(SessionPath, { session_id: sessionId });
  return `${SESSIONS}/${encodeURIComponent(session_id)}`;
}
