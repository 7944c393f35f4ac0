/**
 * What a peer is to the relay: the answers to a ping. Each stands at the index that is its number on the wire.
 *
 * - 0 `disconnected`: the relay does not know the peer.
 * - 1 `checking`: the relay looks at the peer's tokens; data is not passed on yet.
 * - 2 `valid`: the peer may send data, and gets some.
 * - 3 `invalid`: one of the two tokens is wrong, or was revoked.
 * - 4 `session-timeout`: the session is over, or its host has fallen silent.
 * - 5 `error`: the relay cannot serve the peer.
 *
 * The last three are failures. Edgegap publishes the names and the numbers; the meanings are what its own clients
 * make of them.
 */
export const RELAY_STATES = [
  'disconnected',
  'checking',
  'valid',
  'invalid',
  'session-timeout',
  'error',
] as const;

/** What a peer is to the relay: one of {@link RELAY_STATES}, where each is explained. */
export type RelayState = (typeof RELAY_STATES)[number];
