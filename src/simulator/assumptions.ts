// What the OpenAPI document leaves open and nobody here has seen the live service do. All of it stands
// in this file, so that it can be changed in one place.

/** How many sessions a page of the list holds when the request names no `limit`. */
export const DEFAULT_LIMIT = 10;

/** The most sessions that a page of the list holds, whatever `limit` asks for. */
export const LARGEST_LIMIT = 100;

/**
 * *authorize-user* documents no 404: a session that is not there makes a bad request. Its 409 has no
 * documented meaning: here the session has failed, so that nobody can join it any more.
 */
export const AUTHORIZE_UNKNOWN_SESSION = 400;
export const AUTHORIZE_FAILED_SESSION = 409;

/** *revoke-user* answers 200 with the session while users are left, and 204 after the last one. */
export const revokeStatus = (usersLeft: number) => (usersLeft > 0 ? 200 : 204);

/** A session's `status`. `READY` and `Linked` both occur; which one stays is not documented: here the flag that rose last. */
export const STATUS = {
  created: 'Initializing',
  linked: 'Linked',
  ready: 'READY',
  failed: 'Error',
} as const;

/** How long the relay checks a new peer before it is valid, in milliseconds: samples see 1 to 2 s. */
export const CHECK_DELAY = 1_000;

/** How long the relay remembers a peer that has stopped pinging, in milliseconds. */
export const PEER_TIMEOUT = 10_000;

/**
 * Any user of the session may be the server, one at a time: whoever pings the server's port first, until
 * they are forgotten. The same user may return from another address. To others the relay answers this.
 */
export const SEAT_TAKEN = 'error';

/**
 * Clients are numbered as they come. One that comes again after it was forgotten, or with another user's
 * token, is a new one. A ping is nine bytes: with anything behind its type it is malformed.
 */
export const FIRST_CONNECTION_ID = 1;
