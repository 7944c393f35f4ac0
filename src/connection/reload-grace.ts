import type { PlayerSession } from '../api/player-session.js';
import type { Transport } from '../api/transport.js';
import { revokeUser } from './player-api.js';

/** For how long the proxy keeps the seat of a page that was closed, and may be reloading. In seconds. */
const RELOAD_GRACE = 15;
/** The same for a page in the back-forward cache, which may never come back. In seconds. */
const CACHE_GRACE = 60;

/**
 * Tells the proxy that the page went: "give my seat away after some seconds, unless I come back".
 *
 * @param isCached - Whether the page is in the back-forward cache. Else it is closed or reloaded: nobody can tell
 * which.
 */
export type Farewell = (isCached: boolean) => void;

/** Puts both requests together in advance: once the page goes, there is no time for that. */
export function prepareFarewell(api: Transport, { session_id, ticket }: PlayerSession): Farewell {
  const prepare = (after: number) => api.prepare(revokeUser({ session_id, after }), ticket);
  const sayCached = prepare(CACHE_GRACE);
  const sayClosed = prepare(RELOAD_GRACE);
  return (isCached) => (isCached ? sayCached() : sayClosed());
}
