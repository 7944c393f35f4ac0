/**
 * What watchers are told of a session.
 *
 * - `roster`: somebody took a seat or gave one up.
 * - `refresh`: the service has news.
 * - `ended`: the session is over.
 * - `lease` and a player's id: this player may be leaving.
 */
export type News = 'roster' | 'refresh' | 'ended' | `lease ${string}`;

const LEASE = 'lease ';

/** The id of the player who may be leaving, where the news is about that. */
export function playerWhoMayLeave(news: News): string | undefined {
  return news.startsWith(LEASE) ? news.slice(LEASE.length) : undefined;
}
