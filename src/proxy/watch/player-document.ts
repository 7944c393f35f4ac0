import type { RelaySession } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { findUser } from './find-user.js';
import { relayDocument } from './relay-document.js';

/** What the documents of one session's players are made of. */
export interface Known {
  readonly session: RelaySession;
  /** All seats, the host's first. */
  readonly seats: readonly Seat[];
  readonly joinCode: string | undefined;
  /** Whether players do not get to know the relay and its tokens, because they come by the gateway alone. */
  readonly hidesRelay?: boolean | undefined;
}

/** The tickets that a player gets to read in their document. */
export interface Credentials {
  /** Their seat's. */
  readonly ticket: string;
  /** Where the gateway is, and what opens a channel there: for players who come by it. */
  readonly gateway?: { readonly url: string; readonly ticket: string };
}

/**
 * What players read where the service reports an error. Its own words may name other players: only the log has them.
 */
const FAILED = 'The relay service reports that the session failed.';
/** A status that players may read: a word or two. Anything else might hold what they must not read. */
const STATUS = /^[a-z _-]{1,32}$/i;

/**
 * The part of a session's document that all its players get to read. It is put together field by field: whatever else
 * the service sends, now or later, stays on this side.
 */
export function sharedDocument({ session, seats, joinCode, hidesRelay }: Known) {
  const { relay } = session;
  return {
    session_id: session.session_id,
    authorization_token: hidesRelay ? undefined : session.authorization_token,
    status: STATUS.test(session.status) ? session.status : 'Unknown',
    ready: session.ready,
    linked: session.linked,
    error: session.error && FAILED,
    relay: relay && !hidesRelay ? relayDocument(relay) : undefined,
    players: seats.map(({ playerId, role }) => ({ player_id: playerId, role })),
    join_code: joinCode,
  };
}

/**
 * The part of a session's document that only the player in this seat gets to read, without their tickets. Together with
 * those and with the part that all share it is their `PlayerSession`.
 */
export function ownDocument(known: Known, seat: Seat) {
  return {
    session_user: known.hidesRelay ? undefined : userDocument(known.session, seat, known.seats),
    role: seat.role,
  };
}

/** The part of a session's document that says who the player is and proves it: it changes with their tickets alone. */
export function ticketDocument({ playerId }: Seat, { ticket, gateway }: Credentials) {
  return { player_id: playerId, ticket, gateway };
}

/**
 * The player's own session user, without their IP address: a page has no use for it, and it may be another's, the
 * gateway's for instance. `undefined` as long as their token is not known.
 */
function userDocument(session: RelaySession, seat: Seat, seats: readonly Seat[]) {
  const user = findUser(session, seat, seats);
  const token = user?.authorization_token ?? seat.authorizationToken;
  if (token === undefined) return undefined;
  return {
    latitude: user?.latitude,
    longitude: user?.longitude,
    authorization_token: token,
  };
}
