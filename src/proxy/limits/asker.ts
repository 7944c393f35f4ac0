import type { RelayApi } from '../../api/relay-api.js';
import { widestOf } from '../identity/index.js';
import type { UpstreamLimits } from './upstream-limits.js';

/** What {@link Askers} work with. */
export interface AskersOptions {
  /** The relay session API as it is called on somebody's behalf. */
  readonly apiFor: (asker: string) => RelayApi;
  readonly limits: UpstreamLimits;
}

/** A player whose request may cost calls of the relay session API. */
export class Asker {
  readonly #options: AskersOptions;
  readonly #playerId: string;
  readonly #client: string;
  #api: RelayApi | undefined;

  constructor(options: AskersOptions, playerId: string, client: string) {
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

/** Makes {@link Asker}s. */
export class Askers {
  readonly #options: AskersOptions;

  constructor(options: AskersOptions) {
    this.#options = options;
  }

  /** @param client - the address that they ask from. */
  of(playerId: string, client: string): Asker {
    return new Asker(this.#options, playerId, client);
  }
}
