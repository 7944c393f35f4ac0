import { checkTypes } from '../common/check-types.js';
import { type Clock, systemClock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import type { WebSocketClass } from './gateway-socket.js';
import type { PeerConnectionClass } from './peer-lane.js';
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
   * What may carry the datagrams to the gateway and back: `['websocket']` asks for no data channel. The WebSocket is
   * always there, for it opens the data channel.
   *
   * @default ['websocket', 'webrtc']
   */
  readonly wires?: readonly ('websocket' | 'webrtc')[] | undefined;
  /**
   * The class of the WebSocket, for Node before 22: that of the package `ws`.
   *
   * @default the platform's
   */
  readonly WebSocket?: WebSocketClass | undefined;
  /**
   * The class that data channels are made by, for Node: that of `node-datachannel/polyfill`.
   *
   * @default the platform's, where it has one
   */
  readonly RTCPeerConnection?: PeerConnectionClass | undefined;
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
const WIRES = ['websocket', 'webrtc'] as const;

/** What each option must be, by its `typeof`. */
const TYPES: Readonly<Record<keyof OpenChannelOptions, string>> = {
  wire: 'object',
  wires: 'object',
  WebSocket: 'function',
  RTCPeerConnection: 'function',
  timeout: 'number',
  signal: 'object',
  clock: 'object',
};

/** @throws {RelayError} `invalid-option`; the message names it. */
export function completeOptions(options: OpenChannelOptions): CompleteChannelOptions {
  checkTypes(options, TYPES);
  const { clock = systemClock, signal, timeout = DEFAULT_TIMEOUT } = options;
  const wire = options.wire ?? gatewayWire(options, clock);
  return { clock, signal, timeout, wire };
}

function gatewayWire(options: OpenChannelOptions, clock: Clock): Wire {
  const { wires = WIRES, RTCPeerConnection = globalThis.RTCPeerConnection } = options;
  const isGood = Array.isArray(wires) && wires.every((name) => WIRES.includes(name));
  if (!isGood || !wires.includes('websocket')) {
    throw invalid('"wires" must have "websocket" in it, and may have "webrtc".');
  }
  const createPeer = wires.includes('webrtc') ? RTCPeerConnection : undefined;
  return websocketWire(platformWebSocket(options), clock, createPeer);
}

function platformWebSocket({ WebSocket = globalThis.WebSocket }: OpenChannelOptions) {
  if (WebSocket) return WebSocket;
  throw invalid(
    'There is no WebSocket here. Give one as "WebSocket", of the package `ws` for instance.',
  );
}

const invalid = (message: string) => new RelayError('invalid-option', message);
