import type { RelayApi } from '../../api/relay-api.js';
import { widestOf } from '../identity/index.js';
import { lineTooLong } from '../proxy-error.js';
import type { CallBudget } from './call-budget.js';
import type { AskClass, CallClass } from './call-class.js';
import type { CallsPerPlayer } from './calls-per-player.js';

/** What {@link UpstreamCallers} work with. */
export interface UpstreamCallersOptions {
  /**
   * Returns the relay session API as it is called on somebody's behalf, with the class of a *get* and a *list*, and how
   * long a call that they wait for may wait for its turn, in milliseconds.
   */
  readonly apiFor: (asker: string, asks: AskClass, patience: number) => RelayApi;
  readonly budget: CallBudget;
  readonly limits: CallsPerPlayer;
  /** How long a player waits for an answer, in milliseconds. */
  readonly patience: number;
}

/** The share of a player's patience that a call may have to wait for its turn, as far as is known when it comes. */
const SHARE_AT_FIRST = 0.8;
/** The share for which it waits in the end, where others come that go before it. The rest is for the relay service. */
const SHARE_IN_LINE = 0.9;

/** A player on whose behalf the relay session API is called. */
export class UpstreamCaller {
  readonly #options: UpstreamCallersOptions;
  readonly #playerId: string;
  readonly #client: string;
  readonly #apis = new Map<AskClass, RelayApi>();

  /** @param client - the address that the player asks from. */
  constructor(options: UpstreamCallersOptions, playerId: string, client: string) {
    this.#options = options;
    this.#playerId = playerId;
    this.#client = client;
  }

  /** The relay session API, for what the player waits for. */
  get api(): RelayApi {
    return this.apiFor('announced');
  }

  /**
   * The relay session API. A call waits for its turn, which the player shares with all of their network.
   *
   * @param asks - the class of a *get* and a *list*.
   */
  apiFor(asks: AskClass): RelayApi {
    let api = this.#apis.get(asks);
    if (!api) {
      const { apiFor, patience } = this.#options;
      api = apiFor(widestOf(this.#client), asks, patience * SHARE_IN_LINE);
      this.#apis.set(asks, api);
    }
    return api;
  }

  /**
   * Counts a call that is about to be made.
   *
   * @throws {ProxyError} 503 where it would not be made while the player still waits, 429. Then nothing is counted.
   */
  charge(callClass: Exclude<CallClass, 'frees'>): void {
    const { budget, limits, patience } = this.#options;
    const wait = budget.waitOf(callClass, widestOf(this.#client));
    if (wait > patience * SHARE_AT_FIRST) throw lineTooLong(wait);
    limits.count(this.#playerId, this.#client);
  }

  /** Counts a call that is never refused: one that frees something. */
  note(): void {
    this.#options.limits.note(this.#playerId, this.#client);
  }
}

/** Makes {@link UpstreamCaller}s. */
export class UpstreamCallers {
  readonly #options: UpstreamCallersOptions;

  constructor(options: UpstreamCallersOptions) {
    this.#options = options;
  }

  /** @param client - the address that the player asks from. */
  of(playerId: string, client: string): UpstreamCaller {
    return new UpstreamCaller(this.#options, playerId, client);
  }
}
