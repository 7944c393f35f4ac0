/// <reference lib="esnext.disposable" preserve="true" />
import { parseJoinCode, withoutInvisible } from '../api/join-code.js';
import type { Player, PlayerSession, Role } from '../api/player-session.js';
import type { SessionFilter } from '../api/requests.js';
import { RelayError } from '../common/relay-error.js';
import type { Endpoint } from './endpoint.js';
import type { RelayConnectionEvents } from './events.js';
import { Emitter } from './listeners.js';
import { createLogin, isToken } from './login.js';
import { type Attempt, startAttempt, type Tools } from './match.js';
import { completeOptions, type RelayConnectionOptions } from './options.js';
import { authorizeUser, createSend, createSession, type SessionCall } from './player-api.js';
import { type ConnectionState, type Emission, type Input, type Snapshot, step } from './state.js';

/** What *create*, *join* and *resume* take besides their own arguments. */
export interface StartOptions {
  /**
   * Ends the connection like {@link RelayConnection.leave}, as long as the promise is pending; it then
   * rejects with the code `aborted`.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What *create* takes. */
export interface CreateOptions extends StartOptions {
  /**
   * Where the relay may be. Each rule has a `field` (`location`, for instance), the
   * `values` that it is compared with (`["US", "CA"]`), and a `filter_type` (`any`, for instance). They are handed on to the service as they are, which refuses those that it does not know
   * (`bad-request`).
   * Default: none; the relay is near the players, wherever that is.
   */
  readonly filters?: readonly SessionFilter[] | undefined;
}

/** Ends after which the session is of no use: what the player holds of it is given back. */
const GIVE_BACK = /^(aborted|link-timeout|session-failed)$/;
/** For polyfills where the platform has no `Symbol.asyncDispose` yet. */
const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/**
 * A game's way to its relay. It asks the studio's token-issuing proxy for a session, follows the session's
 * state, and tells by events and by the promises of {@link create} and {@link join} where the relay is.
 *
 * It can be used again once it is `closed` or `failed`.
 *
 * @example
 * ```ts
 * const relay = new RelayConnection('https://studio.example/relay');
 * relay.on('open', ({ host, port }) => console.log(`connect to ${host}:${port}`));
 * const endpoint = await relay.create();
 * ```
 */
export class RelayConnection extends Emitter {
  readonly #tools: Tools;
  #snapshot: Snapshot = { state: 'idle' };
  /** From *create*, *join* or *resume* to the end, and what settles their promise. */
  #use: Attempt | undefined;
  #settle = (_end: Endpoint | RelayError): void => {};
  #left: Promise<void> = Promise.resolve();
  #emissions: (readonly [Attempt | undefined, Emission])[] = [];

  /**
   * @param proxyUrl - http(s) URL of the studio's token-issuing proxy. On a page or in a worker it may be
   * relative to their own, `/relay` for instance.
   * @throws {RelayError} `invalid-url`, for a relative one where there is no page, too; or `invalid-option`.
   */
  constructor(proxyUrl: string | URL, options: RelayConnectionOptions = {}) {
    super();
    const complete = completeOptions(options);
    const api = createSend(proxyUrl, complete);
    this.#tools = { ...complete, ...api, login: createLogin(complete, api.send) };
  }

  /** Where the connection stands. */
  get state(): ConnectionState {
    return this.#snapshot.state;
  }

  /** The newest session document, while there is a session. */
  get session(): PlayerSession | undefined {
    return this.#snapshot.session;
  }

  /** Where the relay is, once that is known. */
  get endpoint(): Endpoint | undefined {
    return this.#snapshot.endpoint;
  }

  /** `server` for the player who hosts the match, `client` for the others, while there is a session. */
  get role(): Role | undefined {
    return this.session?.role;
  }

  /** The short code with which others join, while there is a session. */
  get joinCode(): string | undefined {
    return this.session?.join_code;
  }

  /** All who have a seat in the session, the host first; empty while there is no session. */
  get players(): readonly Player[] {
    return this.session?.players ?? [];
  }

  /** What {@link resume} takes, while there is a session. It is as good as the seat: keep it secret. */
  get ticket(): string | undefined {
    return this.session?.ticket;
  }

  /**
   * Hosts a match: creates a session (`relay-session-create`) and follows it.
   *
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} the one that the `error` event carries; `aborted` after {@link leave} or the
   * `signal`; `session-deleted` or `revoked` when it is closed from outside. While the connection is in use:
   * `invalid-state`, which the `error` event carries too; no `close` follows it, and nothing has changed.
   */
  create({ filters, signal }: CreateOptions = {}): Promise<Endpoint> {
    // Not `randomUUID`: pages without TLS, on a LAN for instance, have none.
    const idempotencyKey = crypto.getRandomValues(new Uint32Array(4)).join('-');
    return this.#start(signal, () => createSession(filters, idempotencyKey));
  }

  /**
   * Joins a match: has this player authorized for a session (`relay-user-authorize`) and follows it.
   *
   * @param joinCodeOrSessionId - Eight characters of `6789BCDFGHJKLMNPQRTW` are a join code, in any case and
   * width, with spaces, dashes, other signs and what is invisible anywhere; anything else is a session id.
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} as {@link create}; also `not-found`, and `invalid-request` for an empty id.
   */
  join(joinCodeOrSessionId: string, { signal }: StartOptions = {}): Promise<Endpoint> {
    const text = String(joinCodeOrSessionId);
    const join_code = parseJoinCode(text);
    const session_id = withoutInvisible(text).trim();
    return this.#start(signal, () => {
      if (!session_id) throw isMissing('session_id');
      return authorizeUser(join_code ? { join_code } : { session_id });
    });
  }

  /**
   * Takes this player's seat again, after the page was reloaded for instance (`relay-user-authorize`).
   *
   * @param ticket - The `ticket` of the connection that had the seat.
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} as {@link create}; also `unauthorized` for a ticket that is no longer valid.
   */
  resume(ticket: string, { signal }: StartOptions = {}): Promise<Endpoint> {
    const makeCall = () => {
      if (!isToken(ticket)) throw isMissing('ticket');
      return authorizeUser({});
    };
    return this.#start(signal, makeCall, ticket);
  }

  /**
   * Takes another player's seat away (`relay-user-revoke`). For the host only.
   *
   * @param playerId - One of {@link players}.
   * @throws {RelayError} `invalid-state` while there is no session, `forbidden` when this player is not
   * the host, `not-found` when that player is not there, `aborted` when the connection ends meanwhile; and
   * as the proxy answers.
   */
  async kick(playerId: string): Promise<void> {
    if (!this.session) throw new RelayError('invalid-state', 'No session.');
    if (!playerId) throw isMissing('player_id');
    await this.#use?.kick(playerId);
  }

  /**
   * Leaves the match: the host ends the session (`relay-session-delete`), all others give their seat back
   * (`relay-user-revoke`). The connection is closed at once; the promise resolves when the proxy knows. A
   * seat whose request is on its way is given back as soon as it is there. Where there is nothing to leave
   * it does nothing, and tells how the last leaving went.
   *
   * @throws {RelayError} when the proxy could not be told within 10 s; the connection is closed all the same.
   */
  leave(): Promise<void> {
    if (this.#use) this.#take(leaving());
    return this.#left;
  }

  /** As {@link leave}, for `await using`. */
  [asyncDispose](): Promise<void> {
    return this.leave();
  }

  /** All that it rejects with, an event tells too: a game that only listens to events needs no `catch`. */
  #start(
    signal: AbortSignal | undefined,
    makeCall: () => SessionCall,
    ticket?: string,
  ): Promise<Endpoint> {
    const promise = new Promise<Endpoint>((resolve, reject) => {
      if (this.#use) {
        const message = `The connection is ${this.state}: leave() it first.`;
        const error = new RelayError('invalid-state', message);
        this.#tell([['error', error]]);
        throw error;
      }
      const abort = () => this.leave();
      signal?.addEventListener('abort', abort);
      this.#settle = (end) => {
        signal?.removeEventListener('abort', abort);
        if (end instanceof Error) reject(end);
        else resolve(end);
      };
      this.#use = startAttempt(
        this.#tools,
        () => {
          if (signal?.aborted) throw leaving();
          return makeCall();
        },
        ticket,
        this.#left.catch(() => {}),
        (input) => this.#take(input),
      );
      this.#take('start');
    });
    promise.catch(() => {});
    return promise;
  }

  /**
   * All that happens to the connection. At its end nothing of its use is left when the last events fire.
   *
   * @returns whether it is open now.
   */
  #take(input: Input): boolean {
    const [next, emissions] = step(this.#snapshot, input);
    this.#snapshot = next;
    const use = this.#use;
    if (use && next.error) {
      this.#use = undefined;
      this.#settle(next.error);
      this.#left = use.end(GIVE_BACK.test(next.error.code));
      this.#left.catch(() => {});
    }
    this.#tell(emissions);
    if (next.state === 'open' && this.#use === use) this.#settle(next.endpoint);
    return this.state === 'open';
  }

  /**
   * What a listener brings about is told when all have heard what it listens to. What a use had still to tell
   * at its end is void; its end is nobody's any more, and told.
   */
  #tell(emissions: readonly Emission[]): void {
    const isEmitting = this.#emissions.length;
    for (const emission of emissions) this.#emissions.push([this.#use, emission]);
    if (isEmitting) return;
    for (const [use, emission] of this.#emissions) {
      if (use && use !== this.#use) continue;
      this.emit(...(emission as ['state', ...RelayConnectionEvents['state']]));
    }
    this.#emissions = [];
  }
}

const leaving = () => new RelayError('aborted', 'The player left.');

const isMissing = (field: string) =>
  new RelayError('invalid-request', `"${field}" is missing, or is none.`);
