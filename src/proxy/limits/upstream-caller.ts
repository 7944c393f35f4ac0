import type { RelayApi } from '../../api/relay-api.js';
import { widestOf } from '../identity/index.js';
import type { AskClass } from './call-class.js';
import type { CallsPerPlayer } from './calls-per-player.js';

/** What {@link UpstreamCallers} work with. */
export interface UpstreamCallersOptions {
  /** Returns the relay session API as it is called on somebody's behalf, with the class of a *get* and a *list*. */
  readonly apiFor: (asker: string, asks: AskClass) => RelayApi;
  readonly limits: CallsPerPlayer;
}

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
      api = this.#options.apiFor(widestOf(this.#client), asks);
      this.#apis.set(asks, api);
    }
    return api;
  }

  /**
   * Counts a call that is about to be made.
   *
   * @throws {ProxyError} 429.
   */
  charge(): void {
    this.#options.limits.count(this.#playerId, this.#client);
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
