import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchFirefox } from '../support/firefox.js';
import type { GameWindow } from '../support/game-pages.js';
import { Gateway } from '../support/gateway.js';
import { type PageServer, servePage } from '../support/page-server.js';
import { startStack } from '../support/stack.js';

let browser: Browser;
let server: PageServer;
beforeAll(async () => {
  browser = await launchFirefox();
  server = await servePage();
  // A tab that stays, so that the browser does.
  await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

/** A page in a tab of its own, which hosts a match. */
async function host(proxyUrl: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(server.origin);
  await page.waitForFunction(() => 'relais' in globalThis);
  await page.evaluate(async (url) => {
    const game = globalThis as unknown as GameWindow;
    game.relay = new game.relais.RelayConnection(url);
    await game.relay.create();
  }, proxyUrl);
  return page;
}

// Once proves little: what takes a millisecond too long on the closing page is lost every other time.
it('Firefox says of each closed tab that its player is gone, and keeps only their seat for a while', async () => {
  await using gateway = await Gateway.start();
  await using stack = await startStack({ linkDelay: 50 }, { allowedOrigins: [server.origin] });
  gateway.target = stack.proxyUrl;
  const told = () => gateway.of('revoke').map(({ body }) => body['after']);
  for (let closed = 1; closed <= 6; closed++) {
    const page = await host(gateway.url);
    await expect.poll(() => gateway.running).toBe(1);
    await page.close();
    await expect.poll(told, { timeout: 10_000 }).toEqual(Array(closed).fill(15));
    await expect.poll(() => gateway.running).toBe(0);
  }
  await expect.poll(() => stack.simulator.sessions(), { timeout: 30_000 }).toEqual([]);
});
