/**
 * Why bytes that arrived are no datagram of the relay.
 *
 * - `oversized`: more than 1200 bytes, or more than 1187 of payload.
 * - `malformed`: too short, of an unknown type or state, or a ping with something behind it.
 */
export type Undecodable = 'oversized' | 'malformed';
