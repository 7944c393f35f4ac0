import { readClaim, type WireClaim, writeClaim } from './wire-claim.js';

/**
 * What watchers are told of a session.
 *
 * - `roster`: somebody took a seat or gave one up.
 * - `refresh`: the service has news.
 * - `ended`: the session is over.
 * - `lease` and a player's id: this player may be leaving.
 * - `wire`, a claim and a player's id: a process has a new wire of the player's channel.
 */
export type News = 'roster' | 'refresh' | 'ended' | `lease ${string}` | `wire ${string}`;

const LEASE = 'lease ';
/** A player's id may be any text, so it comes last. */
const WIRE = /^wire (\S+ \S+ \S+) (.*)$/s;

/** The id of the player who may be leaving, where the news is about that. */
export function playerWhoMayLeave(news: News): string | undefined {
  return news.startsWith(LEASE) ? news.slice(LEASE.length) : undefined;
}

/** The news that a process has a new wire of a player's channel. */
export function newsOfWire(playerId: string, claim: WireClaim): News {
  return `wire ${writeClaim(claim)} ${playerId}`;
}

/** Who has a new wire of whose channel, where the news is about that. */
export function newestWire(news: News): { claim: WireClaim; playerId: string } | undefined {
  const [, text = '', playerId] = WIRE.exec(news) ?? [];
  const claim = readClaim(text);
  return claim && playerId !== undefined ? { claim, playerId } : undefined;
}
