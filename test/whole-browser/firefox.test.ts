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
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

/** A page of its own tab, which hosts a match. */
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

it('Firefox says that its tab was closed, and the session ends with the seat', async () => {
  await using gateway = await Gateway.start();
  await using stack = await startStack({ linkDelay: 50 }, { allowedOrigins: [server.origin] });
  gateway.target = stack.proxyUrl;
  // A tab that stays, so that the browser does.
  const other = await browser.newPage();
  const page = await host(gateway.url);
  await expect.poll(() => gateway.of('get').length).toBe(2);
  // Firefox drops what a page sends that closes as soon as something came in: that has to settle.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
  await page.close();
  await expect.poll(() => gateway.of('revoke'), { timeout: 10_000 }).toHaveLength(1);
  expect(gateway.of('revoke')[0]?.body).toMatchObject({ after: 15 });
  await expect.poll(() => stack.simulator.sessions(), { timeout: 30_000 }).toEqual([]);
  await other.close();
});
