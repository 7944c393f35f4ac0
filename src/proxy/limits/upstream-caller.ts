import type { RelayApi } from '../../api/relay-api.js';
import { widestOf } from '../identity/index.js';
import type { CallsPerPlayer } from './calls-per-player.js';

/** What {@link UpstreamCallers} work with. */
export interface UpstreamCallersOptions {
  /** The relay session API as it is called on somebody's behalf. */
  readonly apiFor: (asker: string) => RelayApi;
  readonly limits: CallsPerPlayer;
}

/** A player whose request may cost calls of the relay session API. */
export class UpstreamCaller {
  readonly #options: UpstreamCallersOptions;
  readonly #playerId: string;
  readonly #client: string;
  #api: RelayApi | undefined;

  constructor(options: UpstreamCallersOptions, playerId: string, client: string) {
    this.#options = options;
    this.#playerId = playerId;
    this.#client = client;
  }

  /** The relay session API: a call waits for its turn among the asker's, who share their turns with their network. */
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

  /** Counts a call that is made in any case: what frees something is never refused. */
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

  /** @param client - the address that they ask from. */
  of(playerId: string, client: string): UpstreamCaller {
    return new UpstreamCaller(this.#options, playerId, client);
  }
}
