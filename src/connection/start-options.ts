import type { SessionFilter } from '../api/requests.js';

/** What *create*, *join* and *resume* take besides their own arguments. */
export interface StartOptions {
  /**
   * Ends the connection like {@link RelayConnection.leave}, as long as the promise is pending. The promise then rejects
   * with the code `aborted`, and its `cause` is the signal's `reason`.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined;
}

/** What *create* takes. */
export interface CreateOptions extends StartOptions {
  /**
   * Where the relay may be. Each rule has a `field` (`location`, for instance), the `values` that it is compared with
   * (`["US", "CA"]`), and a `filter_type` (`any`, for instance). They are handed on to the service as they are; it
   * refuses those that it does not know (`bad-request`).
   *
   * @default none: the relay is near the players, wherever that is
   */
  readonly filters?: readonly SessionFilter[] | undefined;
}

/** What *kick* takes besides the player. */
export interface KickOptions {
  /**
   * Ends the request. The promise then rejects with the code `aborted`, and its `cause` is the signal's `reason`; the
   * player may have been kicked all the same.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined;
}
