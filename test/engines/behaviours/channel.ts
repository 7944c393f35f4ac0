import { expect } from 'vitest';
import { startBuiltCommands } from '../../support/built-commands.js';
import { echo, inPlay, openChannelOn } from '../../support/channel-pages.js';
import type { EnginePage } from '../../support/engines/engine.js';
import type { EnginePages } from '../../support/engines/engine-pages.js';
import { codeOf, create, join, onPage, playersOf } from '../../support/game-pages.js';
import type { BehaviourTests } from './behaviour-tests.js';

const VIA = { via: 'gateway' } as const;

/** Two pages with an open channel each, in one match. */
async function play(pages: EnginePages, proxyUrl: string) {
  const host = await pages.open(proxyUrl, VIA);
  const client = await pages.open(proxyUrl, VIA);
  await create(host);
  await join(client, await codeOf(host));
  await openChannelOn(host);
  await openChannelOn(client);
  return { host, client };
}

/**
 * Has the client send so many datagrams, ten at a time, and the host send them back. It ends with the first that do not
 * come back whole.
 *
 * @returns how many did not.
 */
const exchange = (client: EnginePage, datagrams: number): Promise<number> =>
  inPlay(
    client,
    async ({ channel }, total) => {
      const SIZE = 200;
      // Below the 200 a second that a player may send.
      const [BATCH, PAUSE] = [10, 70];
      const missing = new Set<number>();
      const hear = (bytes: Uint8Array) => {
        const [high = 0, low = 0, ...rest] = bytes;
        const isWhole = bytes.length === SIZE && rest.every((each) => each === low);
        if (isWhole) missing.delete(high * 256 + low);
      };
      channel.on('datagram', hear);
      const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
      for (let number = 0; number < total && missing.size === 0; ) {
        for (let left = BATCH; left > 0; left -= 1, number += 1) {
          missing.add(number);
          const bytes = new Uint8Array(SIZE).fill(number % 256);
          bytes[0] = Math.floor(number / 256);
          channel.send(bytes);
        }
        await pause();
        for (let turns = 0; turns < 20 && missing.size > 0; turns += 1) await pause();
      }
      channel.off('datagram', hear);
      return missing.size;
    },
    datagrams,
  );

/** How many datagrams the pages and the gateway have dropped so far, each for a reason that they name. */
async function dropped(...pages: EnginePage[]): Promise<number> {
  const stats = await Promise.all(
    pages.map((page) => inPlay(page, ({ channel }) => channel.stats())),
  );
  const causes = stats.flatMap(({ notSent, notReceived, gateway }) => [
    notSent,
    notReceived,
    gateway?.fromPage.dropped ?? {},
    gateway?.toPage.dropped ?? {},
  ]);
  return causes.flatMap((each) => Object.values(each)).reduce((sum, count) => sum + count, 0);
}

export const channel: BehaviourTests<
  'channel' | 'channel-reload' | 'data-channel' | 'thousand-datagrams'
> = {
  async channel(pages) {
    await using commands = await startBuiltCommands(pages.origin);
    const { host, client } = await play(pages, commands.proxyUrl);
    await echo(host, client, 1);
    const largest = await inPlay(
      client,
      ({ channel }) =>
        new Promise<number>((resolve) => {
          const bytes = new Uint8Array(channel.maxDatagramSize);
          // Until it is back: any single one may be late.
          const timer = setInterval(() => channel.send(bytes), 50);
          channel.on('datagram', ({ length }) => {
            if (length !== bytes.length) return;
            clearInterval(timer);
            resolve(length);
          });
        }),
    );
    expect(largest).toBe(1187);
    await expect.poll(() => playersOf(host)).toBe(2);
    await onPage(host, ({ relay }) => relay.kick(relay.players[1]?.playerId ?? ''));
    await expect.poll(() => inPlay(client, ({ told }) => told.at(-1))).toBe('revoked');
    expect(await inPlay(host, ({ told }) => told)).toEqual([]);
  },

  async 'channel-reload'(pages) {
    await using commands = await startBuiltCommands(pages.origin);
    const { host, client } = await play(pages, commands.proxyUrl);
    const id = await echo(host, client, 1);
    await client.reload();
    await pages.connect(client, commands.proxyUrl, VIA);
    await onPage(client, ({ relay }) => relay.resume());
    await openChannelOn(client);
    expect(await echo(host, client, 2)).toBe(id);
  },

  async 'data-channel'(pages) {
    await using commands = await startBuiltCommands(pages.origin, { RELAIS_GATEWAY_UDP_PORT: '0' });
    const { host, client } = await play(pages, commands.proxyUrl);
    const id = await echo(host, client, 1);
    const statsOf = (page: EnginePage) => inPlay(page, ({ channel }) => channel.stats());
    for (const page of [host, client]) {
      await expect.poll(async () => (await statsOf(page)).wire).toBe('webrtc');
    }
    expect(await echo(host, client, 2)).toBe(id);
    await exchange(client, 100);
    // The gateway tells what came, once a second.
    await expect
      .poll(async () => {
        const { gateway, lost, sent } = await statsOf(client);
        return sent - lost.sending - (gateway?.fromPage.received ?? 0);
      })
      .toBe(0);
    expect((await statsOf(client)).gatewayRoundTrip).toEqual(expect.any(Number));
  },

  async 'thousand-datagrams'(pages) {
    await using commands = await startBuiltCommands(pages.origin);
    const { host, client } = await play(pages, commands.proxyUrl);
    // Where the machine stands still for a quarter of a second, datagrams are late, and are dropped and counted. Then
    // the portion that they are of does not count, and is sent once more.
    const [PORTION, MOST_PORTIONS] = [250, 16];
    let [arrived, lost] = [0, 0];
    for (let portion = 1; portion <= MOST_PORTIONS && arrived < 1_000; portion += 1) {
      const missing = await exchange(client, PORTION);
      if (missing === 0) arrived += PORTION;
      lost += missing;
      if (missing > 0) await expect.poll(() => dropped(host, client)).toBe(lost);
    }
    expect(arrived, `${lost} came too late`).toBe(1_000);
  },
};
