import type { PlayerSession } from '../api/player-session.js';
import type { Transport } from '../api/transport.js';
import { revokeUser } from './player-api.js';

/** For how long the proxy keeps the seat of a page that was closed, and may be reloading. In seconds. */
const RELOAD_GRACE = 15;
/** The same for a page in the back-forward cache, which may never come back. In seconds. */
const CACHE_GRACE = 60;

/** Tell the proxy that the page went: "give my seat away after some seconds, unless I come back". */
export interface Farewells {
  /** For a page in the back-forward cache. */
  sayCached(): void;
  /** For a page that is closed or reloaded: nobody can tell which. */
  sayClosed(): void;
}

/** Puts both requests together in advance: once the page goes, there is no time for that. */
export function prepareFarewells(api: Transport, { session_id, ticket }: PlayerSession): Farewells {
  const prepare = (after: number) => api.prepare(revokeUser({ session_id, after }), ticket);
  return { sayCached: prepare(CACHE_GRACE), sayClosed: prepare(RELOAD_GRACE) };
}
