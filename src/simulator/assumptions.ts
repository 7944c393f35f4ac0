// All that the OpenAPI document leaves open, and that we have not seen the live service do. It is all in this file, so
// that it can be changed in one place.

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

/**
 * What *authorize-user* does with an IP address that a user of the session has already, two players behind one router
 * for instance. We do not know, so the option `sameAddress` decides. Either it answers with the user who is there (the
 * first of several) and their token, or it refuses, or it makes a new user. *create* makes a user for each address that
 * it is sent, even for the same one twice.
 */
export const SAME_ADDRESS = 'new-user';
export const AUTHORIZE_SAME_ADDRESS = 409;

/**
 * Relays are chosen by the users' addresses: a session with one that is private or reserved never gets a relay, and
 * fails with this message instead of being linked. *authorize-user* refuses such an address.
 */
export const NO_PUBLIC_ADDRESS = 'The IP address of a user is not public.';
export const AUTHORIZE_PRIVATE_ADDRESS = 400;

/** The answer of `GET /v1/ip` to a caller whose address is not public, over loopback for instance. */
export const PUBLIC_IP = '1.1.1.1';

/** *revoke-user* answers 200 with the session while users are left, and 204 after the last one. */
export const revokeStatus = (usersLeft: number) => (usersLeft > 0 ? 200 : 204);

/**
 * A session's `status`. `READY` and `Linked` both occur, and which one stays is not documented: here it is the one of
 * the flag that rose last.
 */
export const STATUS = {
  created: 'Initializing',
  linked: 'Linked',
  ready: 'READY',
  failed: 'Error',
} as const;

/**
 * Whether the webhook is posted again when a ready session gets another relay. It is documented for a session that is
 * ready, and says nothing of one that is so again.
 */
export const RELINK_POSTS_WEBHOOK = true;

/** How long the relay checks a new peer before it is valid, in milliseconds: samples see 1 to 2 s. */
export const CHECK_DELAY = 1_000;

/** How long the relay remembers a peer that has fallen silent, in milliseconds. */
export const PEER_TIMEOUT = 10_000;

/** Whether data keeps a peer from being forgotten, as a ping does. */
export const DATA_KEEPS_PEERS = true;

/**
 * Whether data is forwarded that comes before its peer is valid: the data that starts the check (Edgegap's own
 * transports ping only once their netcode was answered), and what follows it. Otherwise it is dropped, and not sent
 * later: netcodes send their handshake again.
 */
export const FORWARDS_EARLY_DATA = false;

/** Whether data without a payload goes on: 5 bytes to a server, which real ones discard, and 1 to a client. */
export const FORWARDS_EMPTY_DATA = true;

/**
 * The relay's answer to users who come to the server's port while another user is the server. Any user may be the
 * server, one at a time: the first who comes, until they are forgotten. The same user may return from another address.
 */
export const SEAT_TAKEN = 'error';

/**
 * What clients are told while the server that was there is gone, silent or revoked, until one is there again; and
 * what all are told after the end of their session. Where there was no server yet, clients are checked and valid.
 */
export const OWNER_GONE = 'session-timeout';

/** How long a relay that has peers stays after the end of its session, to tell them so, in milliseconds. */
export const FAREWELL = 10_000;

/**
 * The number of the first client. Clients are numbered in the order in which they come, from 1 and below 2^31, because
 * C# reads the numbers as signed, and FishNet takes 0 for none. A client that was forgotten, or that comes with another
 * user's token, gets a new number.
 */
export const FIRST_CONNECTION_ID = 1;
export const LAST_CONNECTION_ID = 2 ** 31 - 1;
