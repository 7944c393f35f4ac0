import { checkTypes } from '../common/check-types.js';
import { type Clock, systemClock } from '../common/clock.js';
import type { GuestStore, TicketStore } from './game-stores.js';

/** How a {@link RelayConnection} behaves. */
export interface RelayConnectionOptions {
  /**
   * The player's login token, for the proxy, or a function that gives it. The function is called for each try of
   * *create* and *join*, and for another ticket where the proxy refuses the one that the player has; once more when
   * the proxy refuses the token with 401, which is the end for a string. Where the function throws, the connection
   * ends with `unauthorized`, and what it threw is the `cause`.
   *
   * @default none: the proxy is asked for a guest token instead
   */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /**
   * Keeps the guest token beyond this connection's life.
   *
   * @default the token is forgotten with the connection
   */
  readonly guest?: GuestStore | undefined;
  /**
   * Keeps the ticket of the player's seat, so that {@link RelayConnection.resume} brings them back after a reload.
   *
   * @default no ticket is kept
   */
  readonly ticket?: TicketStore | undefined;
  /**
   * How the player's datagrams come: `gateway` for a page, which cannot send UDP, and opens a channel with
   * `openChannel`.
   *
   * @default by UDP, straight to the relay
   */
  readonly via?: 'gateway' | undefined;
  /**
   * Time from *create*, *join* or *resume* until the session must be open, in milliseconds.
   *
   * @default 60000
   */
  readonly linkTimeout?: number | undefined;
  /**
   * The function that sends a request. Called with the URL as a string, and what is sent.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Time and randomness.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
}

/** The options with their defaults. */
export interface CompleteOptions {
  readonly token: RelayConnectionOptions['token'];
  readonly guest: GuestStore;
  readonly ticket: TicketStore;
  readonly via: RelayConnectionOptions['via'];
  readonly linkTimeout: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** What each option must be, by its `typeof`. */
const TYPES: Readonly<Record<keyof RelayConnectionOptions, string>> = {
  token: 'string or function',
  guest: 'object',
  ticket: 'object',
  via: 'string',
  linkTimeout: 'number',
  fetch: 'function',
  clock: 'object',
};

/** @throws {RelayError} `invalid-option`; the message names it. */
export function completeOptions(options: RelayConnectionOptions): CompleteOptions {
  checkTypes(options, TYPES);
  const { token, guest, ticket, via, linkTimeout, fetch: ownFetch, clock } = options;
  return {
    token,
    guest: guest ?? {},
    ticket: ticket ?? {},
    via,
    linkTimeout: linkTimeout ?? 60_000,
    fetch: ownFetch ?? ((input, init) => fetch(input, init)),
    clock: clock ?? systemClock,
  };
}
