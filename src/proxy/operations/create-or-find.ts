import { isRelayError, type RelayErrorCode } from '../../common/relay-error.js';
import type { WebhookTokens } from '../identity/index.js';
import { Afterwards, type Store } from '../store/index.js';
import type { LostCreates, OwnEntry } from '../upkeep/index.js';
import type { CreateOrder } from './create-order.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link CreateOrFind} work with. */
export interface CreateOrFindTools {
  readonly lostCreates: Pick<LostCreates, 'find'>;
  readonly store: Store;
  readonly webhookTokens: WebhookTokens;
}

/**
 * How often the service is asked to create one session. Before each further try the list shows what the last one has
 * done.
 */
const TRIES = 4;
/** How long it is remembered that an order was tried, in milliseconds: as long as a key may be repeated. */
const TRIED_KEPT = 24 * 60 * 60_000;
/** The failures after which nobody knows whether the service has made the session. */
const UNCLEAR = new Set<RelayErrorCode>([
  'network',
  'timeout',
  'not-json',
  'invalid-response',
  'server-error',
]);

/** Creates sessions at the relay service, and finds again those whose answer was lost on the way. */
export class CreateOrFind {
  readonly #tools: CreateOrFindTools;

  constructor(tools: CreateOrFindTools) {
    this.#tools = tools;
  }

  /**
   * Creates the order's session, or finds it. An order must not make two sessions, so after each lost answer this looks
   * through the list before it asks again.
   */
  async createOrFind(request: PlayerRequest, order: CreateOrder): Promise<OwnEntry> {
    const { lostCreates, webhookTokens } = this.#tools;
    const webhookUrl = await webhookTokens.url(order.nonces[0], request.playerId);
    let mayBeThere = order.mayBeRepeated && (await this.#markTried(order));
    let failure: unknown;
    for (let count = 0; count < TRIES; count += 1) {
      const found = mayBeThere && (await lostCreates.find(order.nonces));
      if (found) return found;
      try {
        return await this.#create(request, order, webhookUrl);
      } catch (error) {
        if (!(isRelayError(error) && UNCLEAR.has(error.code))) throw error;
        failure = error;
        mayBeThere = true;
      }
    }
    const found = await lostCreates.find(order.nonces);
    if (found) return found;
    throw failure;
  }

  /**
   * What forgets that the order was tried, once its nonce stands for a session. If the store fails, the note runs out
   * by itself.
   */
  forgetting({ mayBeRepeated, nonces }: CreateOrder): Afterwards {
    return new Afterwards(this.#tools.store, mayBeRepeated ? [['delete', tried(nonces[0])]] : []);
  }

  async #create(
    { asker, playerId }: PlayerRequest,
    { arrival, filters, nonces }: CreateOrder,
    webhook_url: string,
  ): Promise<OwnEntry> {
    asker.charge('takes');
    const entry = await asker.api.createSession({
      users: [{ ip: arrival.ip }],
      webhook_url,
      ...(filters && { filters }),
    });
    return { entry, proof: { nonce: nonces[0], hostId: playerId, secret: 0 } };
  }

  /** Notes that the order is tried, and returns whether it was tried before, at any instance and with any secret. */
  async #markTried({ nonces: [nonce, ...older] }: CreateOrder): Promise<boolean> {
    const [isFirst, ...others] = await this.#tools.store.batch([
      ['setIfAbsent', tried(nonce), '1', TRIED_KEPT],
      ...older.map((each) => ['get', tried(each)] as const),
    ]);
    return !isFirst || others.some((note) => note !== undefined);
  }
}

/** The store's key for the note that an order was tried. It is there until the order's nonce stands for a session. */
const tried = (nonce: string) => `tried:${nonce}`;
