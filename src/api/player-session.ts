import * as v from 'valibot';
import { maybe, PlayerUser, sessionDocument } from './schemas.js';

/** Whether it names a side of the relay. */
export const isRole = (value: unknown) => value === 'server' || value === 'client';

/** @internal */
export const Role = v.custom<'server' | 'client'>(isRole, 'server or client');

/** @internal */
export const Player = v.looseObject({
  /** The id that the studio's login, or the proxy for a guest, gave them. */
  player_id: v.string(),
  /** Which side of the relay they are on. */
  role: Role,
});

/** @internal */
export const PlayerSession = sessionDocument({
  /** This player as the relay knows them, with their own token. Nobody's IP address is in a player's document. */
  session_user: maybe(PlayerUser),
  /** Which side of the relay this player is on. */
  role: Role,
  /** This player's id: the one that they have in `players`. */
  player_id: maybe(v.string()),
  /** All who have a seat in the session, the host first. */
  players: maybe(v.array(Player)),
  /** A short code with which others join. */
  join_code: maybe(v.string()),
  /** Where a player who comes by the gateway opens a channel, and the ticket that does it, within five minutes. */
  gateway: maybe(
    v.looseObject({
      /** Where the gateway is; one that is relative is so to the proxy's own URL. */
      url: v.string(),
      /** Opens a channel. */
      ticket: v.string(),
    }),
  ),
  /** Signed proof of this player's seat in this session. Later requests carry it as Bearer token. */
  ticket: maybe(v.string()),
});

/** Which side of the relay a player is on: `server` hosts the match, `client` joined it. */
export type Role = v.InferOutput<typeof Role>;
/** A player in the session, as all the others may know them. */
export interface Player extends v.InferOutput<typeof Player> {}
/**
 * What the token-issuing proxy tells a player about their session: the *authorize-user* document with
 * their own `session_user`, without the webhook's URL and the players' IP addresses, and with the proxy's own fields.
 */
export interface PlayerSession extends v.InferOutput<typeof PlayerSession> {}
