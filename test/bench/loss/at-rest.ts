import { type BenchOptions, type Figure, figure } from '../figure.js';
import type { Table } from './table.js';

/** What a data channel takes at the gateway while nobody sends, beside its WebSocket. */
export async function dataChannelsAtRest(
  { players, gateway, target }: Table,
  { quick, say }: BenchOptions,
): Promise<Figure[]> {
  const { proxyUrl } = target;
  const count = quick ? 4 : 200;
  const memory = async () => (await gateway.tell<{ rss: number }>('memory')).rss;
  // Each hosts a match of their own, so that no document grows with them.
  const seat = (way: string, more: number) =>
    players.tell('seatPlayers', { way, target: { proxyUrl }, players: more });
  say(`data-channel/rest: ${2 * count} players come`);
  // By then all code is compiled, and the library has its threads.
  await seat('websocket', count / 2);
  await seat('webrtc', count / 2);
  const before = await memory();
  await seat('websocket', count);
  const withSockets = await memory();
  await seat('webrtc', count);
  const withDataChannels = await memory();
  const bytes = withDataChannels - withSockets - (withSockets - before);
  return [figure('data-channel/rest/rss-per-wire', 'KiB', bytes / count / 1024)];
}
