import * as v from 'valibot';
import { type Clock, systemClock } from '../api/clock.js';
import { RelayError } from '../api/relay-error.js';

/** How a {@link RelayConnection} behaves. */
export interface RelayConnectionOptions {
  /** The player's login token, for the proxy: called before each *create* and *join*. Default: none. */
  readonly token?: () => string | Promise<string>;
  /** Time from *create* or *join* until the session must be open, in milliseconds. Default: 60000. */
  readonly linkTimeout?: number;
  /** The function that sends a request. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock;
}

const platformFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

const Options = v.strictObject({
  token: v.optional(v.function()),
  linkTimeout: v.optional(v.pipe(v.number(), v.minValue(1)), 60_000),
  fetch: v.optional(v.function(), () => platformFetch),
  clock: v.optional(
    v.custom<Clock>((clock) => typeof clock === 'object'),
    () => systemClock,
  ),
});

/** The options with their defaults. */
export interface CompleteOptions {
  readonly token: (() => string | Promise<string>) | undefined;
  readonly linkTimeout: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** @throws {RelayError} `invalid-option`; the message names it. */
export function completeOptions(options: RelayConnectionOptions): CompleteOptions {
  const result = v.safeParse(Options, options);
  if (result.success) return result.output as CompleteOptions;
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'options';
  const problem =
    issue.expected === 'never' ? 'is no option' : `is not what it should be: ${issue.expected}`;
  throw new RelayError(
    'invalid-option',
    `"${name}" ${problem}. The options are ${Object.keys(Options.entries).join(', ')}.`,
  );
}
