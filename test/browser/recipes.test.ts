import { readdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../support/bundle-page.js';
import { launchChromium } from '../support/chromium.js';
import { type Colour, findColour } from '../support/colours.js';
import type { RecipePage } from '../support/recipe-page.js';
import { type ScriptServer, serveScript } from '../support/script-server.js';
import { type Stack, startStack } from '../support/stack.js';

/** The pages that use the recipes, each with its engine from npm. */
const GAMES: readonly Game[] = readdirSync('test/browser/recipes').map((file) => ({ file }));
/** Phaser's recipe with its oldest version, too, which is installed under another name. */
const OLD_PHASER: Game = { file: 'phaser.ts', phaser: 'phaser3' };

interface Game {
  readonly file: string;
  readonly phaser?: string;
}

let browser: Browser;
/** Looks at the pictures of the others. */
let eye: Page;
beforeAll(async () => {
  browser = await launchChromium(['--use-angle=swiftshader', '--enable-unsafe-swiftshader']);
  eye = await browser.newPage();
});
afterAll(() => browser.close());

/** A player's browser with the game in it. What goes wrong there is added to `problems`. */
async function openGame(origin: string, problems: string[], code = ''): Promise<Page> {
  const player = await browser.newContext({ viewport: { width: 320, height: 280 } });
  const page = await player.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${origin}#${code}`);
  return page;
}

const codeOf = (page: Page) =>
  page.evaluate(() => (globalThis as { game?: RecipePage }).game?.code());

/** Holds an arrow key until the square of that player's colour has moved on a page. */
async function move(
  player: Page,
  { key, sees, colour }: { key: string; sees: Page; colour: Colour },
): Promise<void> {
  await expect.poll(() => findColour(sees, colour, eye)).toBeDefined();
  const before = await findColour(sees, colour, eye);
  await player.keyboard.down(key);
  const moved = async () => ((await findColour(sees, colour, eye))?.x ?? 0) - (before?.x ?? 0);
  if (key === 'ArrowRight') await expect.poll(moved).toBeGreaterThan(20);
  else await expect.poll(moved).toBeLessThan(-20);
  await player.keyboard.up(key);
}

interface Table {
  readonly server: ScriptServer;
  readonly stack: Stack;
  readonly problems: string[];
}

/** Hosts a recipe's match, and joins it by its code in another player's browser. */
async function meet({ server, problems }: Table): Promise<{ host: Page; client: Page }> {
  const host = await openGame(server.origin, problems);
  await expect.poll(() => codeOf(host), { timeout: 30_000 }).toMatch(/^[A-Z\d]{8}$/);
  const client = await openGame(server.origin, problems, await codeOf(host));
  return { host, client };
}

async function serveGame({ file, phaser }: Game) {
  const server = await serveScript();
  const options = { allowedOrigins: [server.origin], gateway: {} };
  const stack = await startStack({ relay: { checkDelay: 20 } }, options);
  const input = `test/browser/recipes/${file}`;
  server.script = await bundlePage(input, { proxyUrl: stack.proxyUrl, phaser });
  return {
    server,
    stack,
    problems: [] as string[],
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Plays a recipe from its beginning to its end, as its players see it. */
async function playRecipe(game: Game): Promise<void> {
  await using table = await serveGame(game);
  const { host, client } = await meet(table);
  await move(client, { key: 'ArrowRight', sees: host, colour: 'orange' });
  await move(host, { key: 'ArrowRight', sees: client, colour: 'orange' });
  await move(client, { key: 'ArrowLeft', sees: host, colour: 'orange' });
  // Who leaves is no longer drawn, and the game goes on.
  await client.context().close();
  await expect.poll(() => findColour(host, 'orange', eye)).toBeUndefined();
  await move(host, { key: 'ArrowLeft', sees: host, colour: 'blue' });
  expect(table.stack.simulator.stats().sessions.created).toBe(1);
  expect(table.problems).toEqual([]);
  await host.context().close();
}

describe('the recipes, each with its engine, show the others’ squares as they move', () => {
  it.each(GAMES)('$file', playRecipe, 240_000);
  it('phaser.ts with Phaser 3.60', () => playRecipe(OLD_PHASER), 240_000);
});

describe('React’s recipe, under StrictMode', () => {
  const sessionsOf = ({ stack }: Table) => stack.simulator.sessions().length;
  const remove = (page: Page) =>
    page.evaluate(() => (globalThis as { game?: RecipePage }).game?.remove());

  it('makes one session, and leaves it when its component goes', async () => {
    await using table = await serveGame({ file: 'react.tsx' });
    const { host, client } = await meet(table);
    await expect.poll(() => table.stack.channelTotals()?.channels).toBe(2);
    await remove(client);
    await expect.poll(() => table.stack.channelTotals()?.channels).toBe(1);
    expect(sessionsOf(table)).toBe(1);
    await remove(host);
    await expect.poll(() => sessionsOf(table)).toBe(0);
    await expect.poll(() => table.stack.channelTotals()?.channels).toBe(0);
    expect(table.stack.simulator.stats().sessions.created).toBe(1);
    expect(table.problems).toEqual([]);
  });

  it('leaves nothing behind where the component goes before there is a match', async () => {
    await using table = await serveGame({ file: 'react.tsx' });
    const host = await openGame(table.server.origin, table.problems);
    await expect.poll(() => sessionsOf(table)).toBe(1);
    await remove(host);
    await expect.poll(() => sessionsOf(table)).toBe(0);
    expect(table.stack.simulator.stats().sessions.created).toBe(1);
    expect(table.problems).toEqual([]);
  });
});
