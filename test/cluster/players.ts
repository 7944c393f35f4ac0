import { expect, vi } from 'vitest';
import { violations } from '../chaos/oracle.js';
import type { Cluster } from './cluster.js';
import { ClusterPlayer } from './cluster-player.js';

const MATCHES = 40;
const CLIENTS_PER_MATCH = 4;

/** Forty hosts with four clients each, whose channels are open. */
export async function enterAll({ url }: Cluster): Promise<ClusterPlayer[]> {
  const hosts = Array.from({ length: MATCHES }, (_, index) => new ClusterPlayer(url, `h${index}`));
  await Promise.all(hosts.map((host) => host.enter()));
  const clients = hosts.flatMap((host) =>
    Array.from(
      { length: CLIENTS_PER_MATCH },
      (_, index) => new ClusterPlayer(url, `${host.login}c${index}`, host),
    ),
  );
  await Promise.all(clients.map((client) => client.enter()));
  return [...hosts, ...clients];
}

/** A user whom nobody knows is found by the next sweep, a lease later at most, and lapses a lease after that. */
const PATIENCE = { timeout: 90_000, interval: 500 } as const;

/** Waits until everybody's channel is open, and each client hears their host answer what is sent from now on. */
export async function untilAllHear(players: readonly ClusterPlayer[]): Promise<void> {
  const since = new Map(players.map((player) => [player, player.sent]));
  const look = () => expect(players.flatMap((player) => silence(player, since))).toEqual([]);
  await vi.waitFor(look, PATIENCE);
}

/**
 * Waits until nothing is wrong: all hear, and the service has the sessions and users that it should have, and no
 * others.
 */
export async function untilAllPlay(
  { service, url }: Pick<Cluster, 'service' | 'url'>,
  players: readonly ClusterPlayer[],
): Promise<void> {
  const world = { url, simulator: service };
  await vi.waitFor(async () => expect(await violations(world, players)).toEqual([]), PATIENCE);
  await untilAllHear(players);
}

/** What keeps a player from playing who should, in words. */
function silence(player: ClusterPlayer, since: ReadonlyMap<ClusterPlayer, number>): string[] {
  const { channel, endings, heard, host, login, shouldPlay } = player;
  if (!shouldPlay) return [];
  if (channel?.state !== 'open') return [`${login}'s channel is ${channel?.state}: ${endings}`];
  return host && heard <= (since.get(player) ?? 0) ? [`${login} hears nothing`] : [];
}
