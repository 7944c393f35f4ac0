import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/connection/endpoint.js';
import type { RelayConnection } from '../../src/connection/relay-connection.js';
import { launchChromium } from '../support/chromium.js';
import { type PageServer, servePage } from '../support/page-server.js';
import { API_TOKEN, type Stack, startStack } from '../support/stack.js';

/** What the tests put on the page. */
interface GameWindow {
  relais: typeof import('../../src/index.js');
  relay: RelayConnection;
  events: [string, unknown][];
  unhandled: string[];
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

/** A page with the built bundle, a connection on it, and a record of all its events. */
async function openGame(proxyUrl: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(pages.origin);
  await page.waitForFunction(() => 'relais' in globalThis);
  await page.evaluate((url) => {
    const game = globalThis as unknown as GameWindow;
    game.events = [];
    game.unhandled = [];
    addEventListener('unhandledrejection', ({ reason }) => game.unhandled.push(String(reason)));
    game.relay = new game.relais.RelayConnection(url);
    const { events, relay } = game;
    relay.on('state', (state) => events.push(['state', state]));
    relay.on('ready', (session) => events.push(['ready', session.session_id]));
    relay.on('linked', (endpoint) => events.push(['linked', endpoint]));
    relay.on('open', (endpoint) => events.push(['open', endpoint]));
    relay.on('error', ({ code, message }) => events.push(['error', { code, message }]));
    relay.on('close', (reason) => events.push(['close', reason]));
  }, proxyUrl);
  return page;
}

const create = (page: Page): Promise<Endpoint> =>
  page.evaluate(() => (globalThis as unknown as GameWindow).relay.create());
const join = (page: Page, id: string): Promise<Endpoint> =>
  page.evaluate((id) => (globalThis as unknown as GameWindow).relay.join(id), id);
const eventsOf = (page: Page): Promise<GameWindow['events']> =>
  page.evaluate(() => (globalThis as unknown as GameWindow).events);

/** All that a page received, headers included, as one text. */
function listenIn(page: Page): () => Promise<string> {
  const answers: Promise<string>[] = [];
  const read = async (response: Response) => {
    const body = await response.text().catch(() => '');
    return `${response.url()}\n${JSON.stringify(await response.allHeaders())}\n${body}`;
  };
  page.on('response', (response) => answers.push(read(response)));
  return async () => (await Promise.all(answers)).join('\n\n');
}

function startGameStack(linkDelay: number): Promise<Stack> {
  return startStack({ linkDelay }, { allowedOrigins: [pages.origin] });
}

describe('two pages with the built bundle, in real Chromium', () => {
  it('get their relay: ready, linked, open, each with their own port and token', async () => {
    await using stack = await startGameStack(600);
    const [hostPage, joinerPage] = [await openGame(stack.proxyUrl), await openGame(stack.proxyUrl)];
    const [heardByHost, heardByJoiner] = [listenIn(hostPage), listenIn(joinerPage)];

    const hosting = create(hostPage);
    await expect.poll(() => stack.simulator.sessions()).toHaveLength(1);
    const [first] = stack.simulator.sessions();
    expect(first?.status).toBe('Initializing');
    const joining = join(joinerPage, first?.session_id ?? '');
    const [host, joiner] = await Promise.all([hosting, joining]);

    const [session] = stack.simulator.sessions();
    const { server, client } = session?.relay?.ports ?? {};
    const [hostUser, joinerUser] = session?.session_users ?? [];
    expect(host).toMatchObject({
      role: 'server',
      host: session?.relay?.host,
      port: server?.port,
      userAuthorizationToken: hostUser?.authorization_token,
    });
    expect(joiner).toMatchObject({
      role: 'client',
      host: session?.relay?.host,
      port: client?.port,
      userAuthorizationToken: joinerUser?.authorization_token,
    });
    for (const [page, endpoint] of [
      [hostPage, host],
      [joinerPage, joiner],
    ] as const) {
      expect(await eventsOf(page)).toEqual([
        ['state', 'requesting'],
        ['state', 'waiting'],
        ['state', 'open'],
        ['ready', session?.session_id],
        ['linked', endpoint],
        ['open', endpoint],
      ]);
    }

    const [hostHeard, joinerHeard] = [await heardByHost(), await heardByJoiner()];
    expect(hostHeard).toContain(String(hostUser?.authorization_token));
    expect(joinerHeard).toContain(String(joinerUser?.authorization_token));
    expect(hostHeard).not.toContain(String(joinerUser?.authorization_token));
    expect(joinerHeard).not.toContain(String(hostUser?.authorization_token));
    expect(hostHeard + joinerHeard).not.toContain(API_TOKEN);

    await joinerPage.evaluate(() => (globalThis as unknown as GameWindow).relay.leave());
    await hostPage.evaluate(() => (globalThis as unknown as GameWindow).relay.leave());
    expect((await eventsOf(hostPage)).at(-1)).toEqual(['close', 'left']);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('get one error when the session fails, with a code and the relay’s message', async () => {
    await using stack = await startGameStack(60_000);
    const page = await openGame(stack.proxyUrl);
    // The promise is left alone: a game that only listens to events.
    await page.evaluate(() => {
      void (globalThis as unknown as GameWindow).relay.create();
    });
    await expect.poll(() => stack.simulator.sessions()).toHaveLength(1);
    const [session] = stack.simulator.sessions();
    stack.simulator.failSession(session?.session_id ?? '', 'No relay near the players.');
    await expect
      .poll(() => eventsOf(page))
      .toEqual([
        ['state', 'requesting'],
        ['state', 'waiting'],
        ['state', 'failed'],
        ['error', { code: 'session-failed', message: expect.stringContaining('No relay near') }],
        ['close', 'failed'],
      ]);
    expect(await page.evaluate(() => (globalThis as unknown as GameWindow).unhandled)).toEqual([]);
  });

  it('get nothing from a proxy that does not allow their origin', async () => {
    await using stack = await startStack({}, { allowedOrigins: ['https://another.example'] });
    const page = await openGame(stack.proxyUrl);
    const code = await page.evaluate((url) => {
      const { relais } = globalThis as unknown as GameWindow;
      const relay = new relais.RelayConnection(url, { linkTimeout: 1_000 });
      return relay.create().catch((error: { code: string }) => error.code);
    }, stack.proxyUrl);
    expect(code).toBe('network');
  });
});
