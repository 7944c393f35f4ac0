import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RelayConnection } from '../../src/connection/relay-connection.js';
import { launchChromium } from '../support/chromium.js';
import { type PageServer, servePage } from '../support/page-server.js';
import { type Stack, startStack } from '../support/stack.js';

/** What the tests put on the page. */
interface GameWindow {
  relais: typeof import('../../src/index.js');
  relay: RelayConnection;
  events: string[];
}

let browser: Browser;
let pages: PageServer;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  pages = await servePage();
});
afterAll(async () => {
  await browser.close();
  await pages[Symbol.asyncDispose]();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** The proxy is of another origin than the page: all that the page asks is preflighted. */
const start = (linkDelay = 50): Promise<Stack> =>
  startStack({ linkDelay }, { allowedOrigins: [pages.origin] });

/** A page of a game that keeps its guest token and its ticket where a reload finds them. */
async function openGame(proxyUrl: string, on: BrowserContext = context): Promise<Page> {
  const page = await on.newPage();
  await page.addInitScript(`globalThis.proxyUrl = ${JSON.stringify(proxyUrl)}`);
  await page.goto(pages.origin);
  await makeConnection(page);
  return page;
}

async function makeConnection(page: Page): Promise<void> {
  await page.waitForFunction(() => 'relais' in globalThis);
  await page.evaluate(() => {
    const game = globalThis as unknown as GameWindow & { proxyUrl: string };
    game.events = [];
    game.relay = new game.relais.RelayConnection(game.proxyUrl, {
      guest: {
        load: () => localStorage.getItem('guest'),
        save: (token) => localStorage.setItem('guest', token),
      },
    });
    const { events, relay } = game;
    relay.on('session', ({ ticket }) => sessionStorage.setItem('ticket', ticket ?? ''));
    relay.on('state', (state) => events.push(state));
    relay.on('retrying', ({ error }) => events.push(`retrying:${error.code}`));
    relay.on('error', ({ code }) => events.push(`error:${code}`));
    relay.on('close', (reason) => events.push(`close:${reason}`));
  });
}

const relayOf = <T>(page: Page, read: (game: GameWindow) => T | Promise<T>): Promise<T> =>
  page.evaluate(`(${read})(globalThis)`) as Promise<T>;
const create = (page: Page) => relayOf(page, ({ relay }) => relay.create());
const codeOf = (page: Page) => relayOf(page, ({ relay }) => relay.joinCode ?? '');
const join = (page: Page, code: string) =>
  page.evaluate((code) => (globalThis as unknown as GameWindow).relay.join(code), code);
const last = (page: Page) => relayOf(page, ({ events }) => events.at(-1));

describe('in real Chromium, with the built bundle and a proxy of another origin,', () => {
  it('players join by code, are kicked, and leave', async () => {
    await using stack = await start();
    const host = await openGame(stack.proxyUrl);
    const others = await browser.newContext();
    const joiner = await openGame(stack.proxyUrl, others);
    expect((await create(host)).role).toBe('server');
    expect((await join(joiner, (await codeOf(host)).toLowerCase())).role).toBe('client');
    await expect.poll(() => relayOf(host, ({ relay }) => relay.players.length)).toBe(2);
    await relayOf(host, ({ relay }) => relay.kick(relay.players[1]?.player_id ?? ''));
    await expect.poll(() => last(joiner)).toBe('close:revoked');
    await expect.poll(() => relayOf(host, ({ relay }) => relay.players.length)).toBe(1);
    await relayOf(host, ({ relay }) => relay.leave());
    expect(await last(host)).toBe('close:left');
    expect(stack.simulator.sessions()).toEqual([]);
    await others.close();
  });

  it('a host who reloads is back in the same seat, and the match goes on', async () => {
    await using stack = await start();
    const host = await openGame(stack.proxyUrl);
    const before = await create(host);
    const [session] = stack.simulator.sessions();
    await host.reload();
    await makeConnection(host);
    const after = await relayOf(host, ({ relay }) =>
      relay.resume(sessionStorage.getItem('ticket') ?? ''),
    );
    expect(after).toEqual(before);
    expect(await relayOf(host, ({ relay }) => relay.role)).toBe('server');
    expect(stack.simulator.sessions()).toHaveLength(1);
    expect(stack.simulator.sessions()[0]?.session_id).toBe(session?.session_id);
  });

  it('a page goes offline and back, and then hears at once of what it missed', async () => {
    await using stack = await start();
    const host = await openGame(stack.proxyUrl);
    await create(host);
    await context.setOffline(true);
    await expect.poll(() => last(host)).toBe('retrying:network');
    const others = await browser.newContext();
    const joiner = await openGame(stack.proxyUrl, others);
    await join(joiner, await codeOf(host));
    await context.setOffline(false);
    await expect.poll(() => relayOf(host, ({ relay }) => relay.players.length)).toBe(2);
    expect(await relayOf(host, ({ relay }) => relay.state)).toBe('open');
    await others.close();
  });

  it('two tabs of one player have one seat', async () => {
    await using stack = await start();
    const one = await openGame(stack.proxyUrl);
    const endpoint = await create(one);
    const other = await openGame(stack.proxyUrl);
    expect(await join(other, await codeOf(one))).toEqual(endpoint);
    expect(await relayOf(one, ({ relay }) => relay.players.length)).toBe(1);
    await relayOf(other, ({ relay }) => relay.leave());
    await expect.poll(() => last(one)).toBe('close:deleted');
  });

  it('a tab that is closed gives its seat back when the grace is over', async () => {
    await using stack = await start();
    const host = await openGame(stack.proxyUrl);
    await create(host);
    const others = await browser.newContext();
    const joiner = await openGame(stack.proxyUrl, others);
    await join(joiner, await codeOf(host));
    await joiner.close({ runBeforeUnload: false });
    const users = () => stack.simulator.sessions()[0]?.session_users?.length;
    await expect.poll(users, { timeout: 30_000 }).toBe(1);
    await host.close({ runBeforeUnload: false });
    await expect.poll(() => stack.simulator.sessions().length, { timeout: 30_000 }).toBe(0);
    await others.close();
  });

  it('makes, links and leaves 500 sessions without growing', async () => {
    await using stack = await startStack(
      { linkDelay: 0 },
      {
        allowedOrigins: [pages.origin],
        limits: {
          requestsPerIp: 1e6,
          requestsPerPlayer: 1e6,
          createsPerPlayer: 1e6,
          createsPerIp: 1e6,
          sessionsPerPlayer: 100,
          waitsPerPlayer: 100,
        },
      },
    );
    const page = await openGame(stack.proxyUrl);
    const cdp = await context.newCDPSession(page);
    const round = (count: number) =>
      page.evaluate(async (count) => {
        const game = globalThis as unknown as GameWindow & { proxyUrl: string };
        const play = async () => {
          const guest = { load: () => localStorage.getItem('guest') };
          const relay = new game.relais.RelayConnection(game.proxyUrl, { guest });
          for (let index = 0; index < count / 10; index++) {
            await relay.create();
            await relay.leave();
          }
        };
        await Promise.all(Array.from({ length: 10 }, play));
        performance.clearResourceTimings();
      }, count);
    const heap = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      return (await cdp.send('Runtime.getHeapUsage')).usedSize;
    };
    await create(page);
    await relayOf(page, ({ relay }) => relay.leave());
    await round(50);
    const before = await heap();
    await round(450);
    expect((await heap()) / before).toBeLessThan(1.15);
    expect(stack.simulator.sessions()).toEqual([]);
  }, 180_000);
});
