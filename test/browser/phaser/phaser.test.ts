import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../support/bundle-page.js';
import { launchChromium } from '../../support/chromium.js';
import { serveScript } from '../../support/script-server.js';
import { startStack } from '../../support/stack.js';
import type { PhaserPage } from './page.js';

interface PhaserWindow {
  readonly page: PhaserPage;
  /** Timers that have not come or been cleared, and sockets that are not closed. */
  readonly left: { readonly timers: Map<number, string>; readonly sockets: Set<WebSocket> };
}

/** Watches a page's timers and sockets, from its beginning. */
function watchPage(): void {
  const timers = new Map<unknown, string>();
  const sockets = new Set<WebSocket>();
  const { setTimeout, clearTimeout, setInterval, clearInterval, WebSocket } = globalThis;
  const stack = () => new Error('set').stack ?? '';
  Object.assign(globalThis, {
    left: { timers, sockets },
    setTimeout(callback: () => void, delay?: number) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        callback();
      }, delay);
      timers.set(timer, stack());
      return timer;
    },
    setInterval(callback: () => void, delay?: number) {
      const timer = setInterval(callback, delay);
      timers.set(timer, stack());
      return timer;
    },
    clearTimeout(timer: number) {
      timers.delete(timer);
      clearTimeout(timer);
    },
    clearInterval(timer: number) {
      timers.delete(timer);
      clearInterval(timer);
    },
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        sockets.add(this);
        this.addEventListener('close', () => sockets.delete(this));
      }
    },
  });
}

/** Reads something on a page, or does something there. */
const on = <T, A = undefined>(
  page: Page,
  read: (game: PhaserPage, argument: A) => T,
  argument?: A,
): Promise<Awaited<T>> =>
  page.evaluate(`(${read})(globalThis.page, ${JSON.stringify(argument)})`) as Promise<Awaited<T>>;

const namesTold = (page: Page, scene = 'lobby') =>
  on(
    page,
    ({ told }, key) => told.filter((each) => each.scene === key).map(({ name }) => name),
    scene,
  );

/** How often a scene heard of something. */
const timesTold = async (page: Page, name: string, scene = 'lobby') =>
  (await namesTold(page, scene)).filter((each) => each === name).length;

/** Which events of the page's life somebody listens to on the window. */
async function windowListeners(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'window' });
  const { listeners } = await session.send('DOMDebugger.getEventListeners', {
    objectId: result.objectId ?? '',
  });
  const ours = ['pagehide', 'pageshow', 'online', 'offline'];
  return listeners.map(({ type }) => type).filter((type) => ours.includes(type));
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Two players' pages are one call each; both have the game with that Phaser. */
async function serve(phaser: string) {
  const server = await serveScript();
  const options = { allowedOrigins: [server.origin], gateway: {} };
  const stack = await startStack({ relay: { checkDelay: 20 } }, options);
  const input = 'test/browser/phaser/page.ts';
  server.script = await bundlePage(input, { proxyUrl: stack.proxyUrl, phaser });
  const problems: string[] = [];
  return {
    stack,
    problems,
    async open(): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      await page.addInitScript(watchPage);
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'warning') problems.push(message.text());
      });
      await page.goto(server.origin);
      await page.waitForFunction(() => 'page' in globalThis);
      await start(page);
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const context of browser.contexts()) await context.close();
      await stack[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Starts a game, and waits until its scenes listen. */
async function start(page: Page): Promise<void> {
  await on(page, (game) => game.start());
  await expect.poll(() => on(page, ({ scene }) => Boolean(scene('other')?.relais))).toBe(true);
}

const host = async (page: Page) => {
  await on(page, ({ plugin }) => plugin().relay.create());
  await expect.poll(() => timesTold(page, 'channel')).toBe(1);
  return on(page, ({ plugin }) => plugin().relay.joinCode ?? '');
};

const join = async (page: Page, code: string) => {
  await on(page, ({ plugin }, given) => plugin().relay.join(given), code);
  await expect.poll(() => timesTold(page, 'channel')).toBe(1);
};

describe.each([
  ['4', 'phaser'],
  ['3.60', 'phaser3'],
])('the plugin in Phaser %s', (_version, phaser) => {
  it('tells the scenes everything in the game’s step, the datagrams too', async () => {
    await using game = await serve(phaser);
    const [hostPage, joiner] = [await game.open(), await game.open()];
    await join(joiner, await host(hostPage));
    await on(joiner, ({ plugin }) => {
      const { channel } = plugin();
      const timer = setInterval(() => channel?.send(Uint8Array.of(1)), 30);
      channel?.once('close', () => clearInterval(timer));
    });
    await expect.poll(() => timesTold(hostPage, 'datagram')).toBeGreaterThan(10);
    expect(await timesTold(hostPage, 'datagram', 'other')).toBeGreaterThan(5);
    const outside = await on(hostPage, ({ told }) => told.filter(({ isInStep }) => !isInStep));
    expect(outside).toEqual([]);
    // The connection itself does not wait for a step.
    const direct = await on(hostPage, async ({ plugin, told }) => {
      let heard = 0;
      plugin().relay.once('close', () => {
        heard = told.length;
      });
      const before = told.length;
      plugin().relay.leave();
      return [heard - before, plugin().relay.state];
    });
    expect(direct).toEqual([0, 'closed']);
    await expect.poll(() => timesTold(hostPage, 'close')).toBe(1);
    await expect.poll(() => timesTold(joiner, 'close')).toBe(1);
    expect(game.problems).toEqual([]);
  });

  it('does not tell a scene twice that was started again, nor one that is stopped', async () => {
    await using game = await serve(phaser);
    const [hostPage, joiner] = [await game.open(), await game.open()];
    const code = await host(hostPage);
    for (let times = 1; times <= 2; times += 1) {
      const restarted = on(
        hostPage,
        ({ scene }) =>
          new Promise<void>((resolve) => {
            scene('lobby').events.once('create', () => resolve());
            scene('lobby').scene.restart();
          }),
      );
      await restarted;
    }
    await on(hostPage, ({ scene }) => void scene('other').scene.stop());
    const before = {
      lobby: await timesTold(hostPage, 'session'),
      other: await timesTold(hostPage, 'session', 'other'),
    };
    await join(joiner, code);
    await expect.poll(() => timesTold(hostPage, 'session')).toBe(before.lobby + 1);
    await on(hostPage, ({ plugin }) => plugin().relay.leave());
    await expect.poll(() => timesTold(hostPage, 'close')).toBe(1);
    expect(await timesTold(hostPage, 'session', 'other')).toBe(before.other);
    expect(await timesTold(hostPage, 'close', 'other')).toBe(0);
    expect(game.problems).toEqual([]);
  });

  it('leaves with its game: no session, listener, timer or socket is left', async () => {
    await using game = await serve(phaser);
    const page = await game.open();
    await host(page);
    expect(await windowListeners(page)).not.toEqual([]);
    const told = await on(page, ({ games, told }) => {
      games[0]?.destroy(true);
      return told.length;
    });
    await expect.poll(() => game.stack.simulator.sessions()).toEqual([]);
    await expect.poll(() => game.stack.channelTotals()?.channels).toBe(0);
    const left = () =>
      page.evaluate(() => {
        const { timers, sockets } = (globalThis as unknown as PhaserWindow).left;
        return [...timers.values(), ...[...sockets].map(({ url }) => url)];
      });
    await expect.poll(left).toEqual([]);
    expect(await windowListeners(page)).toEqual([]);
    expect(await on(page, ({ told: all }) => all.length)).toBe(told);
    expect(game.problems).toEqual([]);
  });

  it('is in each of two games that a page has at once, and in one that comes after them', async () => {
    await using game = await serve(phaser);
    const page = await game.open();
    await start(page);
    const plugins = () =>
      on(page, ({ games }) => {
        const found = games.map(({ scene }) => scene.getScene<PluginScene>('lobby')?.relais);
        return new Set(found.filter(Boolean)).size;
      });
    expect(await plugins()).toBe(2);
    await on(page, ({ games }) => {
      for (const each of games) each.destroy(true);
    });
    await start(page);
    await host(page);
    expect(game.problems).toEqual([]);
  });
});

type PluginScene = ReturnType<PhaserPage['scene']>;
