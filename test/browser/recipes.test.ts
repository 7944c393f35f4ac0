import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { startStack } from '../support/stack.js';

/** The pages that use the recipes, each with its engine from npm. */
const GAMES = readdirSync('test/browser/recipes');

/** A game's page as one script, its recipe's proxy being the one that is given. */
async function bundle(game: string, proxyUrl: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { relais: `${process.cwd()}/src/index.ts` } },
    plugins: [
      {
        name: 'this-proxy',
        transform: (code, id) =>
          id.includes('/docs/recipes/')
            ? code.replace('https://studio.example/relay', proxyUrl)
            : undefined,
      },
    ],
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: `test/browser/recipes/${game}`, output: { codeSplitting: false } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}

describe('the recipes, with their engines, in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each(GAMES)('host a match that opens: %s', async (game) => {
    let script = '';
    const server = createServer((request, response) => {
      const isScript = request.url === '/game.js';
      response
        .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
        .end(isScript ? script : PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using stack = await startStack({}, { allowedOrigins: [origin] });
    script = await bundle(game, stack.proxyUrl);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(origin);
    const shown = () => page.evaluate('document.body.dataset.link ?? document.body.innerText');
    await expect.poll(shown).toMatch(/:\d+$/);
    const [session] = stack.simulator.sessions();
    expect(await shown()).toContain(session?.relay?.ports?.server?.link);
    expect(problems).toEqual([]);
    // One, however often the engine or React runs what starts it.
    expect(stack.simulator.stats().sessions.created).toBe(1);
    await page.close();
    server.close();
  });
});

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">' +
  '<body><script type="module" src="/game.js"></script>';
