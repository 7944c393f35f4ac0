import { expect, it } from 'vitest';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import {
  connectByGateway,
  echo,
  inPlay,
  openByGateway,
  openChannelOn,
} from '../support/channel-pages.js';
import { codeOf, create, GamePages, join, onPage } from '../support/game-pages.js';
import { NativePlayer } from '../support/native-player.js';
import { servePage } from '../support/page-server.js';

const pages = new GamePages();

const start = () => pages.startStack({ linkDelay: 50, relay: { checkDelay: 20 } }, { gateway: {} });

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

it('two tabs exchange 1,000 datagrams, and none is lost', async () => {
  await using stack = await start();
  const { host, client } = await play(stack.proxyUrl);
  await inPlay(client, ({ channel }) => {
    let left = 1_000;
    const timer = setInterval(() => {
      // Below the 200 a second that a player has.
      for (let count = 0; count < 10 && left > 0; count += 1, left -= 1) {
        channel.send(new Uint8Array(200));
      }
      if (left === 0) clearInterval(timer);
    }, 70);
  });
  const statsOf = (page: typeof host) => inPlay(page, ({ channel }) => channel.stats());
  /** Datagrams that came to their end: the echo is there, or somebody on the way tells why not. */
  const arrived = async () => {
    const [ofHost, ofClient] = [await statsOf(host), await statsOf(client)];
    const { fromPage, toPage } = stack.channelTotals() ?? {};
    const drops = [ofHost.notSent, ofHost.notReceived, ofClient.notSent, ofClient.notReceived];
    const causes: Readonly<Record<string, number>>[] = [...drops];
    if (fromPage && toPage) causes.push(fromPage.dropped, toPage.dropped);
    const counts = causes.flatMap((each) => Object.values(each));
    return counts.reduce((sum, count) => sum + count, ofClient.received);
  };
  await expect.poll(arrived, { timeout: 40_000 }).toBe(1_000);
  expect((await statsOf(client)).received).toBeGreaterThan(0);
}, 60_000);

it('a player who reloads is back in the same seat, with the same connection id, and plays on', async () => {
  await using stack = await start();
  const { host, client } = await play(stack.proxyUrl);
  const id = await echo(host, client, 1);
  const player = await onPage(client, ({ relay }) => relay.playerId);
  await client.reload();
  await connectByGateway(client);
  await onPage(client, ({ relay }) => relay.resume());
  expect(await onPage(client, ({ relay }) => relay.playerId)).toBe(player);
  await openChannelOn(client);
  expect(await echo(host, client, 2)).toBe(id);
});

it('a page of a foreign origin is refused, and told why', async () => {
  await using stack = await start();
  const { host } = await play(stack.proxyUrl);
  await using elsewhere = await servePage();
  const page = await (await pages.newPlayer()).newPage();
  await page.goto(elsewhere.origin);
  await page.waitForFunction(() => 'relais' in globalThis);
  // It got hold of somebody's document: the proxy itself would not have answered it.
  const stolen = await onPage(host, ({ relay }) => relay.session);
  const told = await inPlay(
    page,
    async ({ relais }, { document, proxyUrl }) => {
      const relay = new relais.RelayConnection(proxyUrl, {
        token: 'stolen',
        fetch: async () => new Response(JSON.stringify(document)),
      });
      await relay.create();
      return relais.openChannel(relay).then(
        () => undefined,
        ({ code, message }) => ({ code, message }),
      );
    },
    { document: stolen, proxyUrl: stack.proxyUrl },
  );
  expect(told).toEqual({
    code: 'forbidden',
    message: 'The gateway does not take pages of this origin.',
  });
  expect(await inPlay(host, ({ channel }) => channel.state)).toBe('open');
});

it('a page that goes offline and back plays on with the same connection id', async () => {
  await using stack = await start();
  const { host, client } = await play(stack.proxyUrl);
  const id = await echo(host, client, 1);
  await client.context().setOffline(true);
  await client.context().setOffline(false);
  const told = () => inPlay(client, ({ told }) => told);
  await expect.poll(told).toEqual(['reconnecting', 'checking', 'open']);
  expect(await echo(host, client, 2)).toBe(id);
});

/** A connection of a player who brings UDP, at the same proxy. */
const native = (proxyUrl: string) => new RelayConnection(proxyUrl);

it('a tab hosts, and a player with a netcode of their own is its client', async () => {
  await using stack = await start();
  const host = await openByGateway(pages, stack.proxyUrl);
  await create(host);
  await openChannelOn(host);
  await using joining = native(stack.proxyUrl);
  const place = await joining.join(await codeOf(host));
  await using client = await NativePlayer.enter(place);
  await expect
    .poll(() => {
      client.say('seven');
      return client.heard.map(({ text }) => text);
    })
    .toContain('seven');
});

it('a player with a netcode of their own hosts, and a tab is its client', async () => {
  await using stack = await start();
  await using hosting = native(stack.proxyUrl);
  await using host = await NativePlayer.enter(await hosting.create());
  const client = await openByGateway(pages, stack.proxyUrl);
  await join(client, hosting.joinCode ?? '');
  await openChannelOn(client);
  await expect
    .poll(async () => {
      await inPlay(client, ({ channel }) => channel.send(Uint8Array.of(65)));
      const [first] = host.heard;
      if (first) host.say('B', first.from);
      const heard = await inPlay(client, ({ heard }) => heard);
      return [host.heard[0]?.text, heard.at(-1)?.number];
    })
    .toEqual(['A', 66]);
});
