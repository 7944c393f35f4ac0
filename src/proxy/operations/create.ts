import type { Limiter } from '../limits/index.js';
import { type Afterwards, type SessionRecords, setOfSessions } from '../store/index.js';
import type { Adoption } from '../upkeep/index.js';
import type { CreateOrFind } from './create-or-find.js';
import { type CreateOrder, checkOrderIsOpen } from './create-order.js';
import type { NewSessions } from './new-sessions.js';
import type { OrderLocks } from './order-locks.js';
import type { OwnSession, OwnSessions } from './own-sessions.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link Create} works with. */
export interface CreateTools {
  readonly adoption: Adoption;
  readonly limiter: Limiter;
  readonly locks: OrderLocks;
  readonly createOrFind: CreateOrFind;
  readonly newSessions: NewSessions;
  readonly own: OwnSessions;
  readonly records: SessionRecords;
}

/** The operation *create*: each order makes one session, however often and wherever it is given. */
export class Create {
  readonly #tools: CreateTools;
  /** The orders that are being carried out here, by their first nonce. */
  readonly #running = new Map<string, Promise<string>>();

  constructor(tools: CreateTools) {
    this.#tools = tools;
  }

  /**
   * Carries an order out, once.
   *
   * @throws {ProxyError} and {@link RelayError}.
   */
  async create(request: PlayerRequest, order: CreateOrder): Promise<OwnSession> {
    const [nonce] = order.nonces;
    let running = this.#running.get(nonce);
    if (!running) {
      running = this.#findOrMake(request, order).finally(() => this.#running.delete(nonce));
      this.#running.set(nonce, running);
    }
    return this.#tools.own.enter(request, await running);
  }

  async #findOrMake(request: PlayerRequest, order: CreateOrder): Promise<string> {
    const { locks } = this.#tools;
    // An order without a key cannot be repeated: there is nothing to find, and nobody to keep off.
    if (!order.mayBeRepeated) return this.#make(request, order, []);
    const known = await this.#find(request, order);
    return known ?? locks.during(order.nonces, (unlock) => this.#make(request, order, [unlock]));
  }

  /** The session that the order has made already, as far as the store knows. */
  async #find({ playerId }: PlayerRequest, order: CreateOrder): Promise<string | undefined> {
    const { adoption } = this.#tools;
    const known = await this.#look(playerId, order);
    if (known !== undefined || adoption.isComplete) return known;
    await adoption.completed();
    return this.#look(playerId, order);
  }

  async #look(playerId: string, { arrival, nonces }: CreateOrder): Promise<string | undefined> {
    const { adoption, records } = this.#tools;
    const sessions = await records.sessionsOfNonces(nonces);
    const secret = sessions.findIndex((sessionId) => sessionId !== undefined);
    const [known, nonce] = [sessions[secret], nonces[secret]];
    if (known === undefined || nonce === undefined) return undefined;
    await checkOrderIsOpen(records, known);
    // The instance that carried the order out may have failed before it had written everything down.
    await adoption.record(known, { nonce, hostId: playerId, secret }, arrival);
    return known;
  }

  /** @param afterwards - what is to be done once the session is written down. */
  #make(
    request: PlayerRequest,
    order: CreateOrder,
    afterwards: readonly Afterwards[],
  ): Promise<string> {
    const { limiter, createOrFind, newSessions } = this.#tools;
    const { playerId } = request;
    const taken = setOfSessions(playerId);
    return limiter.addSession(playerId, taken, order.nonces[0], async (release) => {
      const made = await createOrFind.createOrFind(request, order);
      const forget = createOrFind.forgetting(order);
      const sessionId = await newSessions.keep(request, order, made, [
        ...afterwards,
        release,
        forget,
      ]);
      await forget.finish().catch(() => {});
      return sessionId;
    });
  }
}
