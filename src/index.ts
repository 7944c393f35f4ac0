/**
 * `relais`: what a game imports.
 *
 * @module relais
 */

export type { PlayerSession, Role } from './api/player-session.js';
export type { SessionFilter } from './api/requests.js';
export type { ChannelCloseReason, RelayChannelEvents } from './channel/channel-events.js';
export type { ChannelState } from './channel/channel-state.js';
export type { ChannelStats } from './channel/channel-stats.js';
export type { WebSocketClass, WebSocketLike } from './channel/gateway-socket.js';
export { openChannel } from './channel/open-channel.js';
export type { OpenChannelOptions } from './channel/open-channel-options.js';
export type { PeerConnectionClass } from './channel/peer-lane.js';
export type { RelayChannel } from './channel/relay-channel.js';
export type {
  DropCause,
  GatewayAddress,
  GatewayFigures,
  KnownAtGateway,
  OpenWire,
  Wire,
  WireEnd,
  WireListener,
  WireMeasures,
  WireName,
  WireTally,
  WireTarget,
} from './channel/wire.js';
export type { Passage } from './channel-protocol/control-messages.js';
export type { Clock } from './common/clock.js';
export type { EventMap, ListenerOf } from './common/registrations.js';
export { isRelayError, RelayError, type RelayErrorCode } from './common/relay-error.js';
export type { Endpoint } from './connection/endpoint.js';
export type { CloseReason, RelayConnectionEvents, Retry } from './connection/events.js';
export type { GuestStore, TicketStore } from './connection/game-stores.js';
export type { RelayConnectionOptions } from './connection/options.js';
export type { Player } from './connection/player.js';
export { RelayConnection } from './connection/relay-connection.js';
export type { CreateOptions, KickOptions, StartOptions } from './connection/start-options.js';
export type { ConnectionState } from './connection/state.js';
