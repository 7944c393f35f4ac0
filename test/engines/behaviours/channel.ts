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
 * Has the client send so many datagrams, and the host send them back.
 *
 * @returns the numbers of those that did not come back whole.
 */
const exchange = (client: EnginePage, datagrams: number): Promise<number[]> =>
  inPlay(
    client,
    async ({ channel }, total) => {
      const SIZE = 200;
      // Below the 200 a second that a player may send.
      const [batch, pause] = [10, 70];
      const missing = new Set<number>();
      channel.on('datagram', (bytes) => {
        const [high = 0, low = 0, ...rest] = bytes;
        const isWhole = bytes.length === SIZE && rest.every((each) => each === low);
        if (isWhole) missing.delete(high * 256 + low);
      });
      const sleep = (milliseconds: number) =>
        new Promise((resolve) => setTimeout(resolve, milliseconds));
      for (let number = 0; number < total; number += 1) {
        missing.add(number);
        const bytes = new Uint8Array(SIZE).fill(number % 256);
        bytes[0] = Math.floor(number / 256);
        channel.send(bytes);
        if (number % batch === batch - 1) await sleep(pause);
      }
      for (let waited = 0; waited < 2_000 && missing.size > 0; waited += 50) await sleep(50);
      return [...missing];
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

export const channel: BehaviourTests<'channel' | 'channel-reload' | 'thousand-datagrams'> = {
  async channel(pages) {
    await using commands = await startBuiltCommands(pages.origin);
    const { host, client } = await play(pages, commands.proxyUrl);
    await echo(host, client, 1);
    const largest = await inPlay(
      client,
      ({ channel }) =>
        new Promise<number>((resolve) => {
          const bytes = new Uint8Array(channel.maxDatagramSize);
          channel.on('datagram', ({ length }) => length === bytes.length && resolve(length));
          channel.send(bytes);
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

  async 'thousand-datagrams'(pages) {
    await using commands = await startBuiltCommands(pages.origin);
    const { host, client } = await play(pages, commands.proxyUrl);
    let lost = 0;
    // A machine that stands still for a quarter of a second makes datagrams late, and what is late is dropped.
    for (let round = 1; round <= 3; round += 1) {
      const missing = await exchange(client, 1_000);
      if (missing.length === 0) return;
      lost += missing.length;
      await expect.poll(() => dropped(host, client)).toBe(lost);
    }
    expect.fail(`Each time some datagrams came too late: ${lost} in all.`);
  },
};
