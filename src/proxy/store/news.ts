/**
 * What watchers are told of a session.
 *
 * - `roster`: somebody took a seat or gave one up.
 * - `refresh`: the service has news.
 * - `ended`: the session is over.
 * - `lease` and a player's id: this player may be leaving.
 * - `wire`, a process and a player's id: this process has the newest wire of the player's channel.
 */
export type News = 'roster' | 'refresh' | 'ended' | `lease ${string}` | `wire ${string} ${string}`;

const LEASE = 'lease ';
/** A player's id may be any text, so it comes last. */
const WIRE = /^wire (\S+) (.*)$/s;

/** The id of the player who may be leaving, where the news is about that. */
export function playerWhoMayLeave(news: News): string | undefined {
  return news.startsWith(LEASE) ? news.slice(LEASE.length) : undefined;
}

/** Whose newest wire is where, where the news is about that. */
export function newestWire(news: News): { process: string; playerId: string } | undefined {
  const [, process, playerId] = WIRE.exec(news) ?? [];
  return process !== undefined && playerId !== undefined ? { process, playerId } : undefined;
}
