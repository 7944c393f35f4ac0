import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencesOf } from '../support/fences.js';

/** What Puppeteer turns off, and players' browsers do: hidden tabs sleep. (Playwright has no hidden tabs at all.) */
const SLEEP = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

let browser: Browser;
beforeAll(async () => {
  const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
  const args = ['--no-sandbox', '--disable-gpu'];
  browser = await puppeteer.launch({ executablePath, args, ignoreDefaultArgs: SLEEP });
});
afterAll(() => browser.close());

/** The page's function, as a script. */
function keepTickingScript(): string {
  const { text = '' } =
    fencesOf('docs/playing-over-the-channel.md', 'ts').find((each) =>
      each.text.includes('function keepTicking'),
    ) ?? {};
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  return ts.transpileModule(text, { compilerOptions }).outputText.replace('export ', '');
}

interface Ticks {
  worker: number;
  timer: number;
}

const ticksOf = (page: Page) => page.evaluate('({ ...ticks })') as Promise<Ticks>;

it('a hidden tab, whose own timers sleep, ticks on by the worker of the page on playing', async () => {
  const page = await browser.newPage();
  await page.evaluate(`{
    ${keepTickingScript()}
    globalThis.ticks = { worker: 0, timer: 0 };
    setInterval(() => { ticks.timer += 1; }, 33);
    globalThis.stop = keepTicking(33, () => { ticks.worker += 1; });
  }`);
  const other = await browser.newPage();
  await other.bringToFront();
  await expect.poll(() => page.evaluate('document.visibilityState')).toBe('hidden');
  const before = await ticksOf(page);
  await expect.poll(async () => (await ticksOf(page)).timer - before.timer).toBeGreaterThan(3);
  const after = await ticksOf(page);
  expect(after.worker - before.worker).toBeGreaterThan(5 * (after.timer - before.timer));
  await page.evaluate('stop()');
  const stopped = await ticksOf(page);
  await expect.poll(async () => (await ticksOf(page)).timer).toBeGreaterThan(stopped.timer + 1);
  expect((await ticksOf(page)).worker - stopped.worker).toBeLessThan(2);
});
