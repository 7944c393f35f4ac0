const DAY = 24 * 60 * 60 * 1000;

/** How long anything at all is kept, in milliseconds. A session that lasts longer than this loses its join code. */
export const KEPT = 30 * DAY;

/**
 * How long the proxy remembers of a session that it is over, in milliseconds, and which *create* made it: as long as
 * a *create* may be repeated. Also how long it remembers why a player went who may come back; after that, the users
 * that the service lists tell.
 */
export const END_KEPT = DAY;
