/** Which side of the relay a peer is on: `server` for the hosting player, `client` for all others. */
export type RelaySide = 'server' | 'client';
