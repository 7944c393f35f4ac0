import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { echo, inPlay, openByGateway, openChannelOn } from '../support/channel-pages.js';
import { launchWholeChromium } from '../support/chromium.js';
import { GameClient } from '../support/game-client.js';
import {
  codeOf,
  create,
  eventsOf,
  GamePages,
  type GameWindow,
  lastOf,
  leave,
  onPage,
  playersOf,
} from '../support/game-pages.js';
import { Gateway } from '../support/gateway.js';

const pages = new GamePages(launchWholeChromium);

/** What the game has, and what the cache must keep. */
const seatOf = (page: Page) =>
  onPage(page, ({ relay }) => ({
    state: relay.state,
    id: relay.session?.session_id,
    player: relay.session?.player_id,
    role: relay.role,
    endpoint: relay.endpoint,
    ticket: relay.ticket,
  }));

/** Goes back to the page, and makes sure that it is the same one, out of the cache. */
async function goBack(page: Page): Promise<void> {
  await page.goBack({ waitUntil: 'commit' });
  const shown = await page.evaluate(() => {
    const { shows } = globalThis as { shows?: boolean[] };
    const [entry] = performance.getEntriesByType('navigation');
    const { notRestoredReasons = null } = entry as { notRestoredReasons?: unknown };
    return { shows, notRestoredReasons };
  });
  expect(shown).toEqual({ shows: [true], notRestoredReasons: null });
}

it('a page that comes out of the back-forward cache goes on in its seat, and misses nothing', async () => {
  await using gateway = await Gateway.start();
  await using stack = await pages.startStack({ linkDelay: 50 });
  gateway.target = stack.proxyUrl;
  const page = await pages.open(gateway.url);
  await page.evaluate(() => {
    const game = globalThis as unknown as GameWindow & { shows: boolean[] };
    game.shows = [];
    addEventListener('pageshow', ({ persisted }) => game.shows.push(persisted));
  });
  await create(page);
  const isHeld = () => expect.poll(() => gateway.running).toBe(1);
  await isHeld();
  const [seat, told] = [await seatOf(page), await eventsOf(page)];

  await page.goto(`${pages.origin}/elsewhere`);
  await expect.poll(() => gateway.running).toBe(0);
  const gets = gateway.of('get').length;
  const joiner = await GameClient.guest(stack.proxyUrl);
  const { body: joined } = await joiner.join({ session_id: seat.id ?? '' });
  expect(joined.players).toHaveLength(2);
  expect(gateway.of('get')).toHaveLength(gets);
  gateway.peak = 0;

  await goBack(page);
  await expect.poll(() => playersOf(page)).toBe(2);
  await isHeld();
  expect(await seatOf(page)).toEqual(seat);
  await joiner.revoke(joined);
  await expect.poll(() => playersOf(page)).toBe(1);
  await isHeld();
  // Nothing ran twice. That the page was gone was told once, and is taken back.
  expect(gateway.peak).toBe(1);
  expect(gateway.of('revoke').map(({ body }) => body['after'])).toEqual([60]);
  expect(await eventsOf(page)).toEqual(told);
  await leave(page);
  expect(await lastOf(page)).toEqual(['close', 'left']);
  expect(stack.simulator.sessions()).toEqual([]);
});

it('a page out of the back-forward cache has its channel open again, with its connection id', async () => {
  await using stack = await pages.startStack(
    { linkDelay: 50, relay: { checkDelay: 20 } },
    { gateway: {} },
  );
  const host = await openByGateway(pages, stack.proxyUrl);
  const client = await openByGateway(pages, stack.proxyUrl);
  await create(host);
  await onPage(client, ({ relay }, id) => relay.join(id), await codeOf(host));
  await openChannelOn(host);
  await openChannelOn(client);
  await client.evaluate(() => {
    const game = globalThis as unknown as GameWindow & { shows: boolean[] };
    game.shows = [];
    addEventListener('pageshow', ({ persisted }) => game.shows.push(persisted));
  });
  const id = await echo(host, client, 1);
  await client.goto(`${pages.origin}/elsewhere`);
  await expect.poll(() => stack.channelLog.at(-1)?.what).toBe('wire-lost');
  await goBack(client);
  const told = () => inPlay(client, (game) => game.told);
  await expect.poll(told).toEqual(['reconnecting', 'checking', 'open']);
  expect(await echo(host, client, 2)).toBe(id);
  await leave(client);
  await leave(host);
});

it('a page whose seat was taken away meanwhile learns it when it comes back', async () => {
  await using stack = await pages.startStack({ linkDelay: 50 });
  const host = await GameClient.guest(stack.proxyUrl);
  const { body: session } = await host.create();
  const page = await pages.open(stack.proxyUrl);
  await page.evaluate((id) => {
    const game = globalThis as unknown as GameWindow & { shows: boolean[] };
    game.shows = [];
    addEventListener('pageshow', ({ persisted }) => game.shows.push(persisted));
    return game.relay.join(id);
  }, session.session_id);
  const { player } = await seatOf(page);
  await page.goto(`${pages.origin}/elsewhere`);
  expect((await host.revoke(session, { player_id: player })).status).toBe(204);
  await goBack(page);
  await expect.poll(() => lastOf(page)).toEqual(['close', 'revoked']);
  await host.delete(session);
});
