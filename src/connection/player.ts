import type { PlayerSession, Role } from '../api/player-session.js';

/** A player who has a seat in the session. */
export interface Player {
  /** The id that the studio's login, or the proxy for a guest, gave them. */
  readonly playerId: string;
  /** Which side of the relay they are on: `server` is the host. */
  readonly role: Role;
}

/** The players in a session document, in its order: the host first. */
export const playersOf = (session: PlayerSession | undefined): readonly Player[] =>
  session?.players?.map(({ player_id, role }) => ({ playerId: player_id, role })) ?? [];
