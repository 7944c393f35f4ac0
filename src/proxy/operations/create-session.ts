import * as v from 'valibot';
import type { SessionFilter } from '../../api/requests.js';
import { RelaySession, SessionId } from '../../api/schemas.js';
import { isRelayError, RelayError } from '../../common/relay-error.js';
import type { Asker } from '../limits/index.js';
import { inProgress, ProxyError } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { OwnEntry } from '../upkeep/index.js';

/** One *create* of a player. */
export interface CreateOrder {
  readonly playerId: string;
  readonly asker: Asker;
  readonly ip: string;
  readonly filters: SessionFilter[] | undefined;
  /** Stand for this one order: a session with one of them is the order's. A new one gets the first. */
  readonly nonces: readonly string[];
  /** Whether the same order may have been given before. */
  readonly mayBeRepeated: boolean;
}

/** How often *create* is tried, each time after a look at what the try before has done. */
const TRIES = 4;
/**
 * How long an order keeps others off that its process comes no further with, in milliseconds. A player waits that
 * long for nothing where an instance is lost, so it is short. Where it runs out too soon all the same, because the
 * store was away, a second session is made, and deleted: of one nonce only one is kept.
 */
const HELD = 6_000;

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
    const [name = ''] = order.nonces;
    const running = this.#running.get(name);
    if (running) return running;
    const creation = this.#create(order).finally(() => this.#running.delete(name));
    this.#running.set(name, creation);
    return creation;
  }

  async #create(order: CreateOrder): Promise<string> {
    const { adoption, limiter, records } = this.#services;
    let known = await this.#find(order);
    if (known === undefined && order.mayBeRepeated && !adoption.isComplete) {
      await adoption.completed();
      known = await this.#find(order);
    }
    if (known !== undefined) return known;
    const sessions = () => records.sessionCount(order.playerId);
    const create = async () => this.#keep(await this.#createUpstream(order), order);
    const [nonce = ''] = order.nonces;
    return this.#alone(order.nonces, () =>
      limiter.addSession(order.playerId, sessions, create, nonce),
    );
  }

  /** The session that the order has made already, as far as the store knows. */
  async #find({ ip, nonces, playerId }: CreateOrder): Promise<string | undefined> {
    const { adoption, records } = this.#services;
    for (const [secret, nonce] of nonces.entries()) {
      const known = await records.sessionOfNonce(nonce);
      if (known === undefined) continue;
      await this.#checkIsOpen(known);
      // Whoever carried the order out may have failed before all was written down.
      await adoption.record(known, { nonce, hostId: playerId, secret }, ip);
      return known;
    }
    return undefined;
  }

  /** Does what no other instance may do at the same time, one with other secrets neither. */
  async #alone<T>(nonces: readonly string[], work: () => Promise<T>): Promise<T> {
    const { clock, store } = this.#services;
    const held: string[] = [];
    let timer: unknown;
    // Upstream may take longer than a process that died may keep others off.
    const hold = () => {
      for (const nonce of held) void store.set(`creating:${nonce}`, '1', HELD).catch(() => {});
      timer = clock.setTimeout(hold, HELD / 3);
    };
    try {
      for (const nonce of nonces) {
        if (!(await store.setIfAbsent(`creating:${nonce}`, '1', HELD))) {
          throw inProgress();
        }
        held.push(nonce);
      }
      timer = clock.setTimeout(hold, HELD / 3);
      return await work();
    } finally {
      clock.clearTimeout(timer);
      // What cannot be let go now is let go by time.
      for (const nonce of held) await store.delete(`creating:${nonce}`).catch(() => {});
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
  async #createUpstream(order: CreateOrder): Promise<OwnEntry> {
    const { adoption, webhookTokens } = this.#services;
    const { asker, filters, ip, nonces, playerId } = order;
    const { api } = asker;
    const [nonce = ''] = nonces;
    const webhook_url = await webhookTokens.url(nonce, playerId);
    const wasTried = order.mayBeRepeated && (await this.#markTried(nonces));
    let failure: unknown;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0 || wasTried) {
        const found = await adoption.findByNonce(nonces, api);
        if (found) return found;
      }
      try {
        asker.charge();
        const entry = await api.createSession({
          users: [{ ip }],
          webhook_url,
          ...(filters && { filters }),
        });
        return { entry, proof: { nonce, hostId: playerId, secret: 0 } };
      } catch (error) {
        if (!(isRelayError(error) && RETRYABLE.has(error.code))) throw error;
        failure = error;
      }
    }
    const found = await adoption.findByNonce(nonces, api);
    if (found) return found;
    throw failure;
  }

  /** Whether the order was given before, at whichever instance, with whichever secret. */
  async #markTried([nonce = '', ...older]: readonly string[]): Promise<boolean> {
    const { store } = this.#services;
    let wasTried = !(await store.setIfAbsent(tried(nonce), '1', 24 * 60 * 60_000));
    for (const each of older) wasTried ||= (await store.get(tried(each))) !== undefined;
    return wasTried;
  }

  /** Writes the session down, and gives its host a seat and a lease. */
  async #keep({ entry, proof }: OwnEntry, order: CreateOrder): Promise<string> {
    const { adoption, chores, leases, records, store, watchers } = this.#services;
    const { asker, ip, mayBeRepeated, nonces, playerId } = order;
    const { session_id: sessionId } = entry;
    if (!v.is(SessionId, sessionId)) {
      throw new RelayError(
        'invalid-response',
        'The relay service gave no id that a path can hold.',
        { status: 200 },
      );
    }
    const winner = await records.claimNonce(proof.nonce, sessionId);
    if (winner !== sessionId) {
      await chores.do({ what: 'delete', sessionId }, asker);
      return this.#checkIsOpen(winner);
    }
    // From here on the nonce tells. What cannot be deleted goes by time.
    if (mayBeRepeated) await store.delete(tried(nonces[0])).catch(() => {});
    await leases.renew({ sessionId, holder: playerId });
    await adoption.record(sessionId, proof, ip);
    // One that was found in the list may be odd: then the first *get* tells.
    const session = v.safeParse(RelaySession, entry);
    if (session.success) watchers.of(sessionId).accept(session.output);
    return sessionId;
  }
}

/** Where the store has that an order was given, until its nonce stands for a session. */
const tried = (nonce = '') => `tried:${nonce}`;
