import { checkTypes } from '../common/check-types.js';
import { type Clock, systemClock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import type { WebSocketClass } from './gateway-socket.js';
import { websocketWire } from './websocket-wire.js';
import type { Wire } from './wire.js';

/** How {@link openChannel} opens a channel. */
export interface OpenChannelOptions {
  /**
   * What carries the datagrams, `udpWire()` of `relais/udp` for games that can send UDP themselves.
   *
   * @default a WebSocket to the gateway
   */
  readonly wire?: Wire | undefined;
  /**
   * The class of the WebSocket, for Node before 22: that of the package `ws`.
   *
   * @default the platform's
   */
  readonly WebSocket?: WebSocketClass | undefined;
  /**
   * Time until the channel must be open, in milliseconds.
   *
   * @default 20000
   */
  readonly timeout?: number | undefined;
  /**
   * Gives up, as long as the promise is pending.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Time and randomness.
   *
   * @default the platform's
   */
  readonly clock?: Clock | undefined;
}

/** The options with their defaults. */
export interface CompleteChannelOptions {
  readonly wire: Wire;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

const DEFAULT_TIMEOUT = 20_000;

/** What each option must be, by its `typeof`. */
const TYPES: Readonly<Record<keyof OpenChannelOptions, string>> = {
  wire: 'object',
  WebSocket: 'function',
  timeout: 'number',
  signal: 'object',
  clock: 'object',
};

/** @throws {RelayError} `invalid-option`; the message names it. */
export function completeOptions(options: OpenChannelOptions): CompleteChannelOptions {
  checkTypes(options, TYPES);
  const { clock = systemClock, signal, timeout = DEFAULT_TIMEOUT } = options;
  const wire = options.wire ?? websocketWire(platformWebSocket(options), clock);
  return { clock, signal, timeout, wire };
}

function platformWebSocket({ WebSocket = globalThis.WebSocket }: OpenChannelOptions) {
  if (WebSocket) return WebSocket;
  throw invalid(
    'There is no WebSocket here. Give one as "WebSocket", of the package `ws` for instance.',
  );
}

const invalid = (message: string) => new RelayError('invalid-option', message);
