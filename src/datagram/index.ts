/**
 * `relais/datagram`: the relay's datagrams as bytes, for games that bring UDP themselves. It opens no socket, needs no
 * Node and has no dependencies.
 *
 * @module relais/datagram
 */

export { decodeFromRelay, encodeFromRelay, type FromRelay } from './messages-from-relay.js';
export { decodeToRelay, encodeToRelay, type ToRelay } from './messages-to-relay.js';
export { RELAY_STATES, type RelayState } from './ping-states.js';
export type { RelaySide } from './relay-side.js';
export { LARGEST_DATAGRAM, LARGEST_PAYLOAD } from './sizes.js';
export type { Undecodable } from './undecodable.js';
