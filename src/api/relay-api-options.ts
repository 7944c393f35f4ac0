import * as v from 'valibot';
import type { Clock } from '../common/clock.js';

/** How to reach the relay session API. */
export interface RelayApiOptions {
  /** The studio's API token, without the word `token`. It gives unlimited access to the account. */
  readonly apiToken: string;
  /**
   * Where the API is.
   *
   * @default 'https://api.edgegap.com'
   */
  readonly baseUrl?: string | URL | undefined;
  /**
   * The function that sends a request.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Time for one try, body included, in milliseconds, 1 to 2147483647.
   *
   * @default 10000
   */
  readonly timeout?: number | undefined;
  /**
   * Time and randomness.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
}

const whatever = v.optional(v.unknown());

/** The schema of {@link RelayApiOptions}; the address is the transport's to check. */
export const RelayApiOptionsSchema = v.strictObject({
  apiToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')),
  baseUrl: whatever,
  fetch: v.optional(v.function()),
  // Beyond 2147483647 the platform's timers end at once.
  timeout: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1, 'must be 1 or more'),
      v.maxValue(2_147_483_647, 'must be 2147483647 or less'),
    ),
  ),
  clock: v.optional(v.looseObject({})),
});

/** What every operation takes besides its own arguments. */
export interface CallOptions {
  /**
   * Ends the request; the promise then rejects with the code `aborted`, and the signal's `reason` as the `cause`.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined;
}

/** Which page of the sessions to list. */
export interface ListOptions extends CallOptions {
  /**
   * The page's number; the first is 1.
   *
   * @default the service's, the first
   */
  readonly page?: number | undefined;
  /**
   * How many sessions a page holds at most.
   *
   * @default the service's
   */
  readonly limit?: number | undefined;
}
