/// <reference lib="esnext.disposable" preserve="true" />
import { parseBaseUrl } from '../api/base-url.js';
import { parseJoinCode, withoutInvisible } from '../api/join-code.js';
import type { PlayerSession, Role } from '../api/player-session.js';
import { createTransport } from '../api/transport.js';
import { Listeners } from '../common/listeners.js';
import { Registrations } from '../common/registrations.js';
import { RelayError } from '../common/relay-error.js';
import type { Endpoint } from './endpoint.js';
import type { RelayConnectionEvents } from './events.js';
import { askStore } from './game-stores.js';
import { isMissing, Lifecycle } from './lifecycle.js';
import { createLogin, isToken } from './login.js';
import { type CompleteOptions, completeOptions, type RelayConnectionOptions } from './options.js';
import type { Player } from './player.js';
import { authorizeUser, createSession } from './player-api.js';
import type { CreateOptions, KickOptions, StartOptions } from './start-options.js';
import type { ConnectionState, Emission } from './state.js';

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
export class RelayConnection extends Listeners<RelayConnectionEvents> {
  readonly #options: CompleteOptions;
  readonly #lifecycle: Lifecycle;
  /**
   * The URL of the proxy, in full.
   *
   * @example console.log(`by way of ${relay.proxyUrl}`);
   */
  readonly proxyUrl: string;
  /** @internal Who is told of each event before the game is, and cannot be taken off by the game: its channels. */
  readonly followers = new Set<(emission: Emission) => void>();

  /**
   * @param proxyUrl - http(s) URL of the studio's token-issuing proxy. On a page or in a worker it may be
   * relative to their own, `/relay` for instance.
   * @throws {RelayError} `invalid-url`, for a relative one where there is no page, too; or `invalid-option`.
   * @example const relay = new RelayConnection('/relay', { token: () => fetch('/login').then((answer) =>
   * answer.text()) });
   */
  constructor(proxyUrl: string | URL, options: RelayConnectionOptions = {}) {
    const registrations = new Registrations<RelayConnectionEvents>();
    super(registrations);
    this.#options = completeOptions(options);
    this.proxyUrl = parseBaseUrl(proxyUrl, 'proxy');
    const api = createTransport(this.proxyUrl, this.#options.fetch, this.#options.clock);
    const login = createLogin(this.#options, api);
    this.#lifecycle = new Lifecycle({ ...this.#options, api, login }, (emission) => {
      for (const tell of this.followers) tell(emission);
      const [name, ...payload] = emission;
      registrations.fire(name, ...payload);
    });
  }

  /**
   * Where the connection stands.
   *
   * @example if (relay.state === 'idle') await relay.create();
   */
  get state(): ConnectionState {
    return this.#lifecycle.snapshot.state;
  }

  /**
   * The newest session document, while there is a session. Its fields have the API's names.
   *
   * @example console.log(relay.session?.status);
   */
  get session(): PlayerSession | undefined {
    return this.#lifecycle.snapshot.session;
  }

  /**
   * Where the relay is, once that is known.
   *
   * @example console.log(relay.endpoint?.link);
   */
  get endpoint(): Endpoint | undefined {
    return this.#lifecycle.snapshot.endpoint;
  }

  /**
   * `server` for the player who hosts the match, `client` for the others, while there is a session.
   *
   * @example const isHost = relay.role === 'server';
   */
  get role(): Role | undefined {
    return this.session?.role;
  }

  /**
   * This player's id, while there is a session: the one that they have in {@link players}.
   *
   * @example const others = relay.players.filter(({ playerId }) => playerId !== relay.playerId);
   */
  get playerId(): string | undefined {
    return this.session?.player_id;
  }

  /**
   * All who have a seat in the session, the host first; empty while there is no session. It is the same list until the
   * session's document changes.
   *
   * @example relay.on('session', () => console.log(`${relay.players.length} players`));
   */
  get players(): readonly Player[] {
    return this.#lifecycle.players;
  }

  /**
   * The short code with which others join, while there is a session.
   *
   * @example console.log(`Join with ${relay.joinCode}`);
   */
  get joinCode(): string | undefined {
    return this.session?.join_code;
  }

  /**
   * Signed proof of this player's seat, while there is a session. It is as good as the seat: keep it secret. The
   * `ticket` option keeps it for {@link resume}.
   *
   * @example const hasSeat = relay.ticket !== undefined;
   */
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
   * @example
   * ```ts
   * const filters = [{ field: 'location', values: ['US'], filter_type: 'any' }];
   * const { host, port } = await relay.create({ filters });
   * ```
   */
  create({ filters, signal }: CreateOptions = {}): Promise<Endpoint> {
    // Not `randomUUID`: pages without TLS, on a LAN for instance, have none.
    const idempotencyKey = crypto.getRandomValues(new Uint32Array(4)).join('-');
    return this.#lifecycle.start(signal, () => ({
      call: createSession({ filters, via: this.#options.via }, idempotencyKey),
    }));
  }

  /**
   * Joins a match: has this player authorized for a session (`relay-user-authorize`) and follows it.
   *
   * @param joinCodeOrSessionId - A join code as people type or paste it, in any case and width, with spaces, dashes,
   * other signs and what is invisible anywhere; anything else is a session id.
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} as {@link create}; also `not-found`, and `invalid-request` for an empty id.
   * @example const { host, port } = await relay.join('K7QD-RMBH', { signal: AbortSignal.timeout(20_000) });
   */
  join(joinCodeOrSessionId: string, { signal }: StartOptions = {}): Promise<Endpoint> {
    const text = String(joinCodeOrSessionId);
    const join_code = parseJoinCode(text);
    const session_id = withoutInvisible(text).trim();
    return this.#lifecycle.start(signal, () => {
      if (!session_id) throw isMissing('session_id');
      const named = join_code ? { join_code } : { session_id };
      return { call: authorizeUser({ ...named, via: this.#options.via }) };
    });
  }

  /**
   * Takes this player's seat again with the ticket that the `ticket` option kept, after the page was reloaded for
   * instance (`relay-user-authorize`).
   *
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} as {@link create}; also `invalid-request` where no ticket is kept, and `unauthorized` for one
   * that is no longer valid.
   * @example
   * ```ts
   * const relay = new RelayConnection('https://studio.example/relay', {
   *   ticket: {
   *     load: () => sessionStorage.getItem('ticket'),
   *     save: (ticket) => sessionStorage.setItem('ticket', ticket ?? ''),
   *   },
   * });
   * if (sessionStorage.getItem('ticket')) await relay.resume();
   * ```
   */
  resume({ signal }: StartOptions = {}): Promise<Endpoint> {
    return this.#lifecycle.start(signal, async () => {
      const ticket = await askStore(() => this.#options.ticket.load?.());
      if (!isToken(ticket)) throw isMissing('ticket');
      return { call: authorizeUser({}), ticket };
    });
  }

  /**
   * Takes another player's seat away (`relay-user-revoke`). For the host only.
   *
   * @param playerId - One of {@link players}.
   * @throws {RelayError} `invalid-state` while there is no session, `forbidden` when this player is not
   * the host, `not-found` when that player is not there, `aborted` when the connection ends meanwhile or the `signal`
   * says so; and as the proxy answers.
   * @example
   * ```ts
   * const [, guest] = relay.players;
   * if (guest) await relay.kick(guest.playerId);
   * ```
   */
  kick(playerId: string, { signal }: KickOptions = {}): Promise<void> {
    return this.#lifecycle.kick(playerId, signal);
  }

  /**
   * Leaves the match: the host ends the session (`relay-session-delete`), all others give their seat back
   * (`relay-user-revoke`). The connection is closed at once; the promise resolves when the proxy knows. A
   * seat whose request is on its way is given back as soon as it is there. Where there is nothing to leave
   * it does nothing, and tells how the last leaving went.
   *
   * @throws {RelayError} when the proxy could not be told within 10 s; the connection is closed all the same.
   * @example await relay.leave();
   */
  leave(): Promise<void> {
    return this.#lifecycle.leave(new RelayError('aborted', 'The player left.'));
  }

  /**
   * As {@link leave}, for `await using`.
   *
   * @example await using relay = new RelayConnection('https://studio.example/relay');
   */
  [asyncDispose](): Promise<void> {
    return this.leave();
  }
}
