import { EventEmitter } from 'eventemitter3';
import type { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import type { Endpoint } from './endpoint.js';
import type { RelayConnectionEvents } from './events.js';
import { type CompleteOptions, completeOptions, type RelayConnectionOptions } from './options.js';
import { PlayerApi } from './player-api.js';
import { type ConnectionState, enter, fail, receive, type Snapshot, type Step } from './state.js';
import { watch } from './watch.js';

/** What the connection holds while it is in use. */
interface Attempt {
  readonly abort: AbortController;
  readonly resolve: (endpoint: Endpoint) => void;
  readonly reject: (error: RelayError) => void;
  deadline: unknown;
  ticket: string | undefined;
}

/**
 * A game's way to its relay. It asks the studio's token-issuing proxy for a session, follows the session's
 * state, and tells by events and by the promises of {@link create} and {@link join} where the relay is.
 *
 * @example
 * ```ts
 * const relay = new RelayConnection('https://studio.example/relay');
 * relay.on('linked', ({ host, port }) => console.log(`${host}:${port}`));
 * const endpoint = await relay.create();
 * ```
 */
export class RelayConnection extends EventEmitter<RelayConnectionEvents> {
  readonly #options: CompleteOptions;
  readonly #api: PlayerApi;
  #snapshot: Snapshot = { state: 'idle' };
  #attempt: Attempt | undefined;

  /**
   * @param proxyUrl - Absolute http(s) URL of the studio's token-issuing proxy.
   * @throws {RelayError} `invalid-url` or `invalid-option`.
   */
  constructor(proxyUrl: string | URL, options: RelayConnectionOptions = {}) {
    super();
    this.#options = completeOptions(options);
    this.#api = new PlayerApi(proxyUrl, this.#options.fetch, this.#options.clock);
  }

  /** Where the connection stands. */
  get state(): ConnectionState {
    return this.#snapshot.state;
  }

  /** The newest session document, while there is a session. */
  get session(): PlayerSession | undefined {
    return 'session' in this.#snapshot ? this.#snapshot.session : undefined;
  }

  /** Where the relay is, once that is known. */
  get endpoint(): Endpoint | undefined {
    return 'endpoint' in this.#snapshot ? this.#snapshot.endpoint : undefined;
  }

  /**
   * Hosts a match: creates a session (`relay-session-create`) and follows it.
   *
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} the one that the `error` event carries; `aborted` after {@link leave};
   * `invalid-state` while the connection is in use.
   */
  create(): Promise<Endpoint> {
    return this.#start((token, signal) => this.#api.createSession(token, signal));
  }

  /**
   * Joins a match: has this player authorized for a session (`relay-user-authorize`) and follows it.
   *
   * @returns the endpoint, once the session is ready and linked.
   * @throws {RelayError} as {@link create}; also `not-found`, and `invalid-request` for an empty id.
   */
  join(sessionId: string): Promise<Endpoint> {
    return this.#start((token, signal) => this.#api.authorizeUser(sessionId, token, signal));
  }

  /**
   * Leaves the match: the host ends the session (`relay-session-delete`), all others give their seat back
   * (`relay-user-revoke`). Does nothing where there is nothing to leave.
   *
   * @throws {RelayError} when the proxy could not be told; the connection is closed all the same.
   */
  async leave(): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    const { session } = this;
    this.#end(enter(this.#snapshot, 'closed'), new RelayError('aborted', 'The player left.'));
    if (session && attempt.ticket) await this.#api.leave(session, attempt.ticket);
  }

  /** Never rejects unheard: a game that only listens to events needs no `catch`. */
  #start(
    request: (token: string | undefined, signal: AbortSignal) => Promise<PlayerSession>,
  ): Promise<Endpoint> {
    const promise = new Promise<Endpoint>((resolve, reject) => {
      if (this.#attempt) {
        reject(
          new RelayError('invalid-state', `The connection is ${this.state}: leave() it first.`),
        );
        return;
      }
      const abort = new AbortController();
      const attempt = { abort, resolve, reject, deadline: undefined, ticket: undefined };
      this.#attempt = attempt;
      void this.#run(attempt, request);
    });
    promise.catch(() => {});
    return promise;
  }

  async #run(
    attempt: Attempt,
    request: (token: string | undefined, signal: AbortSignal) => Promise<PlayerSession>,
  ): Promise<void> {
    const { clock, linkTimeout, token } = this.#options;
    const { signal } = attempt.abort;
    attempt.deadline = clock.setTimeout(() => {
      this.#fail(
        attempt,
        new RelayError('link-timeout', `The session was not open within ${linkTimeout} ms.`),
      );
    }, linkTimeout);
    this.#take(enter(this.#snapshot, 'requesting'));
    try {
      const first = await request(await token?.(), signal);
      this.#receive(attempt, first);
      const documents = watch({
        clock,
        signal,
        ask: () => this.#api.getSession(first.session_id, attempt.ticket ?? '', signal),
        isOpen: () => this.state === 'open',
        onRetry: (retry) => this.#emit('retrying', retry),
      });
      for await (const session of documents) this.#receive(attempt, session);
    } catch (error) {
      this.#fail(attempt, asRelayError(error));
    }
  }

  #receive(attempt: Attempt, session: PlayerSession): void {
    if (attempt !== this.#attempt) return;
    attempt.ticket = session.ticket ?? attempt.ticket;
    const step = receive(this.#snapshot, session);
    if (step.next.state === 'failed') {
      this.#end(step, step.next.error);
      return;
    }
    this.#take(step);
    if (attempt === this.#attempt && step.next.state === 'open') {
      this.#options.clock.clearTimeout(attempt.deadline);
      attempt.resolve(step.next.endpoint);
    }
  }

  #fail(attempt: Attempt, error: RelayError): void {
    if (attempt === this.#attempt) this.#end(fail(this.#snapshot, error), error);
  }

  /** The one way out: nothing of the attempt is left when the last events fire. */
  #end(step: Step, error: RelayError): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#options.clock.clearTimeout(attempt?.deadline);
    attempt?.abort.abort();
    attempt?.reject(error);
    this.#take(step);
  }

  #take({ next, emissions }: Step): void {
    this.#snapshot = next;
    for (const [name, ...payload] of emissions) this.#emit(name, ...payload);
  }

  /** A listener that throws is reported as uncaught, and does not break the connection. */
  #emit(...[name, ...payload]: Parameters<EventEmitter<RelayConnectionEvents>['emit']>): void {
    try {
      this.emit(name, ...payload);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

function asRelayError(error: unknown): RelayError {
  return error instanceof RelayError
    ? error
    : new RelayError('invalid-option', 'The "token" function failed.', { cause: error });
}
