import { expect, it } from 'vitest';
import { echo, inPlay, openByGateway, openChannelOn } from '../support/channel-pages.js';
import { codeOf, create, GamePages, join } from '../support/game-pages.js';

const pages = new GamePages();

const start = (udp: { port: number } | undefined) =>
  pages.startStack({ linkDelay: 50, relay: { checkDelay: 20 } }, { gateway: {} }, { udp });

/** Two tabs with an open channel each, in one match. */
async function play(proxyUrl: string) {
  const host = await openByGateway(pages, proxyUrl);
  const client = await openByGateway(pages, proxyUrl);
  await create(host);
  await join(client, await codeOf(host));
  await openChannelOn(host);
  await openChannelOn(client);
  return { host, client };
}

type Tab = Awaited<ReturnType<typeof play>>['host'];
const statsOf = (page: Tab) => inPlay(page, ({ channel }) => channel.stats());
const wireOf = async (page: Tab) => (await statsOf(page)).wire;

it('two tabs move to data channels by themselves, and play on', async () => {
  await using stack = await start({ port: 0 });
  const { host, client } = await play(stack.proxyUrl);
  const id = await echo(host, client, 1);
  await expect.poll(() => wireOf(host)).toBe('webrtc');
  await expect.poll(() => wireOf(client)).toBe('webrtc');
  expect(await echo(host, client, 2)).toBe(id);
  // Every datagram is accounted for, once all are there.
  await expect
    .poll(async () => {
      const { sent, lost, gateway } = await statsOf(client);
      return sent - lost.sending - (gateway?.fromPage.received ?? 0);
    })
    .toBe(0);
});

it('a tab whose gateway takes no data channels plays on its WebSocket', async () => {
  await using stack = await start(undefined);
  const { host, client } = await play(stack.proxyUrl);
  expect(await echo(host, client, 1)).toEqual(expect.any(Number));
  expect([await wireOf(host), await wireOf(client)]).toEqual(['websocket', 'websocket']);
});
