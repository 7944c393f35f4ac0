import { expect } from 'vitest';
import { echo, openChannelOn } from '../../support/channel-pages.js';
import type { EnginePages } from '../../support/engines/engine-pages.js';
import { GameClient } from '../../support/game-client.js';
import {
  codeOf,
  create,
  eventsOf,
  join,
  leave,
  onPage,
  playersOf,
} from '../../support/game-pages.js';
import { Gateway } from '../../support/gateway.js';
import { storeAhead } from '../../support/store-ahead.js';
import type { BehaviourTests } from './behaviour-tests.js';

/** Once proves little: what takes a millisecond too long on the closing page is lost every other time. */
const CLOSINGS = 6;
/** How long the seat of a closed page is kept, in milliseconds. */
const GRACE = 15_000;

/** A simulator with a proxy, behind a gateway that sees what pages ask. */
async function startBehindGateway(
  pages: EnginePages,
  options: Parameters<EnginePages['startStack']>[1] = {},
) {
  const gateway = await Gateway.start();
  const stack = await pages.startStack({}, options);
  gateway.target = stack.proxyUrl;
  return {
    gateway,
    stack,
    /** After how many seconds each page that went said that its seat is free. */
    farewells: () => gateway.of('revoke').map(({ body }) => body['after']),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

export const pageLife: BehaviourTests<'closed-tab' | 'back' | 'back-forward-cache' | 'hidden'> = {
  async 'closed-tab'(pages) {
    const { pass, store } = storeAhead();
    await using started = await startBehindGateway(pages, { store });
    const { gateway, stack, farewells } = started;
    for (let closed = 1; closed <= CLOSINGS; closed++) {
      const page = await pages.open(gateway.url);
      await create(page);
      await expect.poll(() => gateway.running).toBe(1);
      await pages.close(page);
      await expect.poll(farewells).toEqual(Array(closed).fill(GRACE / 1_000));
      await expect.poll(() => gateway.running).toBe(0);
    }
    expect(stack.simulator.sessions()).toHaveLength(CLOSINGS);
    pass(GRACE);
    await expect.poll(() => stack.simulator.sessions(), { timeout: 30_000 }).toEqual([]);
  },

  async back(pages) {
    await using started = await startBehindGateway(pages);
    const { gateway, stack, farewells } = started;
    const page = await pages.open(gateway.url);
    const endpoint = await create(page);
    await page.goto(`${pages.origin}/elsewhere`);
    await expect.poll(farewells).toHaveLength(1);
    await page.back();
    if (!(await page.evaluate("'relay' in globalThis"))) {
      // Loaded anew: it was in no cache.
      await pages.connect(page, gateway.url);
      await onPage(page, ({ relay }) => relay.resume());
    }
    expect(await onPage(page, ({ relay }) => relay.endpoint)).toEqual(endpoint);
    await leave(page);
    expect(stack.simulator.sessions()).toEqual([]);
  },

  async 'back-forward-cache'(pages) {
    await using started = await startBehindGateway(pages);
    const { gateway, stack, farewells } = started;
    const page = await pages.open(gateway.url);
    await onPage(page, (game) => {
      const shows: boolean[] = [];
      Object.assign(game, { shows });
      addEventListener('pageshow', ({ persisted }) => shows.push(persisted));
    });
    await create(page);
    await expect.poll(() => gateway.running).toBe(1);
    const told = await eventsOf(page);
    await page.goto(`${pages.origin}/elsewhere`);
    await expect.poll(farewells).toEqual([60]);
    await expect.poll(() => gateway.running).toBe(0);
    const joiner = await GameClient.guest(stack.proxyUrl);
    await joiner.join({ session_id: stack.simulator.sessions()[0]?.session_id ?? '' });

    await page.back();
    // The same page, out of the cache.
    await expect.poll(() => page.evaluate('globalThis.shows')).toEqual([true]);
    await expect.poll(() => playersOf(page)).toBe(2);
    // WebKit ends what a page waits for shortly before it puts the page away.
    const isNews = ([name]: readonly unknown[]) => name !== 'retrying';
    expect((await eventsOf(page)).filter(isNews)).toEqual(told);
    await leave(page);
    expect(stack.simulator.sessions()).toEqual([]);
  },

  async hidden(pages) {
    await using stack = await pages.startStack({ relay: { checkDelay: 20 } }, { gateway: {} });
    const host = await pages.open(stack.proxyUrl, { via: 'gateway' });
    await create(host);
    await openChannelOn(host);
    await host.hide();
    await expect.poll(() => host.evaluate('document.visibilityState')).toBe('hidden');
    const client = await pages.open(stack.proxyUrl, { via: 'gateway' });
    await join(client, await codeOf(host));
    await openChannelOn(client);
    await echo(host, client, 1);
    expect(await playersOf(host)).toBe(2);
    expect(await host.evaluate('document.visibilityState')).toBe('hidden');
    expect(await onPage(host, ({ relay }) => relay.state)).toBe('open');
    await leave(host);
  },
};
