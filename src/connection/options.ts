import { type Clock, systemClock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';

/** Where a game keeps the guest token, so that a player without an account stays the same one. */
export interface GuestStore {
  /** The token that was saved, if any. */
  readonly load?:
    | (() => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /** Called with each new token. */
  readonly save?: ((token: string) => void | Promise<void>) | undefined;
}

/** How a {@link RelayConnection} behaves. */
export interface RelayConnectionOptions {
  /**
   * The player's login token, for the proxy: called for each try of *create* and *join*, and for a fresh
   * ticket where the proxy refuses the one that the player has; once more when it refuses the token with
   * 401. Where it throws, the connection ends with `unauthorized`, and what it threw is the `cause`.
   * Default: none; the proxy is asked for a guest token instead.
   */
  readonly token?: (() => string | Promise<string>) | undefined;
  /** Keeps the guest token beyond this connection's life. Default: it is forgotten with the connection. */
  readonly guest?: GuestStore | undefined;
  /** Time from *create*, *join* or *resume* until the session must be open, in milliseconds. Default: 60000. */
  readonly linkTimeout?: number | undefined;
  /** The function that sends a request. Called with the URL as a string, and what is sent. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** The options with their defaults. */
export interface CompleteOptions {
  readonly token: RelayConnectionOptions['token'];
  readonly guest: GuestStore;
  readonly linkTimeout: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

const TYPES: Readonly<Record<string, string>> = {
  token: 'function',
  guest: 'object',
  linkTimeout: 'positive number',
  fetch: 'function',
  clock: 'object',
};

/** @throws {RelayError} `invalid-option`; the message names it. */
export function completeOptions(options: RelayConnectionOptions): CompleteOptions {
  const complete: Record<string, unknown> = {
    guest: {},
    linkTimeout: 60_000,
    fetch: ((input, init) => fetch(input, init)) satisfies typeof fetch,
    clock: systemClock,
  };
  for (const [name, value] of Object.entries(options)) {
    const type = TYPES[name];
    if (!type || (value !== undefined && (!type.endsWith(typeof value) || !value || value < 0))) {
      throw new RelayError(
        'invalid-option',
        `"${name}" ${type ? `must be a ${type}` : 'is no option'}.`,
      );
    }
    complete[name] = value ?? complete[name];
  }
  return complete as unknown as CompleteOptions;
}
