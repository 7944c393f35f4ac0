import { RelayError } from '../api/relay-error.js';
import type { SessionFilter } from '../api/requests.js';
import type { RelaySession } from '../api/schemas.js';
import { ProxyError } from './proxy-error.js';
import type { Services } from './services.js';

/** One *create* of a player. */
export interface CreateOrder {
  readonly playerId: string;
  readonly ip: string;
  readonly filters: SessionFilter[] | undefined;
  /** Stands for this one order: a session with it is the order's. */
  readonly nonce: string;
  /** Whether the same order may have been given before. */
  readonly mayBeRepeated: boolean;
}

/** How often *create* is tried, each time after a look at what the try before has done. */
const TRIES = 4;
/** How long one try keeps others off, in milliseconds. */
const HELD = 60_000;

const RETRYABLE = new Set(['network', 'timeout', 'not-json', 'invalid-response', 'server-error']);

/** The orders that are being carried out in this process: who gives one twice gets the same answer. */
export class SessionCreator {
  readonly #services: Services;
  readonly #running = new Map<string, Promise<string>>();

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Carries an order out, once.
   *
   * @returns the session's id.
   * @throws {ProxyError} and {@link RelayError}.
   */
  create(order: CreateOrder): Promise<string> {
    const running = this.#running.get(order.nonce);
    if (running) return running;
    const creation = this.#create(order).finally(() => this.#running.delete(order.nonce));
    this.#running.set(order.nonce, creation);
    return creation;
  }

  async #create(order: CreateOrder): Promise<string> {
    const { nonce } = order;
    const { adoption, limiter, records, store } = this.#services;
    if (order.mayBeRepeated) await adoption.completed();
    const known = await records.sessionOfNonce(nonce);
    if (known !== undefined) return this.#checkIsOpen(known);
    if (!(await store.setIfAbsent(`creating:${nonce}`, '1', HELD))) {
      throw new ProxyError(409, 'conflict', 'The same request is being carried out.', 1);
    }
    try {
      const sessions = () => records.sessionCount(order.playerId);
      return await limiter.addSession(order.playerId, sessions, async () => {
        const session = await this.#createUpstream(order);
        return this.#keep(session, order);
      });
    } finally {
      await store.delete(`creating:${nonce}`);
    }
  }

  async #checkIsOpen(sessionId: string): Promise<string> {
    if (!(await this.#services.records.hasEnded(sessionId))) return sessionId;
    throw new ProxyError(
      409,
      'conflict',
      'The session of this Idempotency-Key has ended: use a new key.',
    );
  }

  /** What was asked for once must not be there twice: after each lost answer it looks before it asks again. */
  async #createUpstream(order: CreateOrder): Promise<RelaySession> {
    const { adoption, api, store, webhookTokens } = this.#services;
    const { filters, ip, nonce, playerId } = order;
    const webhook_url = await webhookTokens.url(nonce, playerId);
    const isFirst = await store.setIfAbsent(`tried:${nonce}`, '1', 24 * 60 * 60_000);
    let failure: unknown;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0 || (order.mayBeRepeated && !isFirst)) {
        const found = await adoption.findByNonce(nonce);
        if (found) return found;
      }
      try {
        return await api.createSession({
          users: [{ ip }],
          webhook_url,
          ...(filters && { filters }),
        });
      } catch (error) {
        if (!(error instanceof RelayError && RETRYABLE.has(error.code))) throw error;
        failure = error;
      }
    }
    const found = await adoption.findByNonce(nonce);
    if (found) return found;
    throw failure;
  }

  /** Writes the session down, and gives its host a seat and a lease. */
  async #keep(session: RelaySession, { ip, nonce, playerId }: CreateOrder): Promise<string> {
    const { adoption, chores, leases, records, watchers } = this.#services;
    const winner = await records.claimNonce(nonce, session.session_id);
    if (winner !== session.session_id) {
      await chores.do({ what: 'delete', sessionId: session.session_id });
      return this.#checkIsOpen(winner);
    }
    await leases.renew({ sessionId: winner, holder: playerId });
    await adoption.record(winner, { nonce, hostId: playerId, secret: 0 }, ip);
    watchers.of(winner).accept(session);
    return winner;
  }
}
