import type { RelayApi } from '../../api/relay-api.js';
import { widestOf } from '../identity/index.js';
import type { CallsPerPlayer } from './calls-per-player.js';

/** What {@link UpstreamCallers} work with. */
export interface UpstreamCallersOptions {
  /** Returns the relay session API as it is called on somebody's behalf. */
  readonly apiFor: (asker: string) => RelayApi;
  readonly limits: CallsPerPlayer;
}

/** A player on whose behalf the relay session API is called. */
export class UpstreamCaller {
  readonly #options: UpstreamCallersOptions;
  readonly #playerId: string;
  readonly #client: string;
  #api: RelayApi | undefined;

  /** @param client - the address that the player asks from. */
  constructor(options: UpstreamCallersOptions, playerId: string, client: string) {
    this.#options = options;
    this.#playerId = playerId;
    this.#client = client;
  }

  /** The relay session API. A call waits for its turn, which the player shares with all of their network. */
  get api(): RelayApi {
    this.#api ??= this.#options.apiFor(widestOf(this.#client));
    return this.#api;
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
