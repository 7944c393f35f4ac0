const DAY = 24 * 60 * 60 * 1000;

/**
 * How long sessions, seats and all that belongs to them are kept, in milliseconds. A session that lasts longer than
 * this loses its join code.
 */
export const KEPT = 30 * DAY;

/**
 * How long the players who have gone from a session are kept after the last of them, in milliseconds, where nobody
 * learns that the session has ended. Whoever was kicked stays out for so long.
 */
export const DEPARTURES_KEPT = 400 * DAY;

/**
 * How long the proxy remembers that a session is over, and which *create* made it, in milliseconds: as long as a
 * *create* may be repeated. Also how long it remembers why a player has gone who may come back. After that, it goes by
 * the users that the service lists.
 */
export const END_KEPT = DAY;
