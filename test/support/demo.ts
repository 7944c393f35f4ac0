import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchChromium } from './chromium.js';
import { type Demo, startDemo } from './start-demo.js';

/** The page with what it complained of and how much it moved. */
export interface DemoPage extends AsyncDisposable {
  readonly page: Page;
  readonly host: Locator;
  readonly joiner: Locator;
  /** Errors on the console, uncaught ones, and requests to other machines. */
  readonly problems: string[];
  /** Every layout shift with what moved, those right after an input included. */
  layoutShifts(): Promise<string[]>;
}

/** Opens the demo in a browser context of its own. */
export async function openDemo(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<DemoPage> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    // All of the page in view: what is out of view shifts unseen.
    viewport: { width: 1280, height: 3_400 },
    ...options,
  });
  await context.addInitScript(() => {
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly sources: readonly { readonly node: Node | null }[];
    }
    const moved: string[] = [];
    Object.assign(globalThis, { moved });
    const nameOf = (node: Node | null) =>
      node instanceof Element
        ? `${node.localName}.${node.className}`
        : `${node?.nodeName} in ${node?.parentElement?.className}`;
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Shift[]) {
        moved.push(`${value.toFixed(5)} ${sources.map(({ node }) => nameOf(node)).join(' ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol, href } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') problems.push(href);
  });
  await page.goto(url);
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  return {
    page,
    host: page.locator('[data-player=Host]'),
    joiner: page.locator('[data-player=Joiner]'),
    problems,
    layoutShifts: () =>
      page.evaluate(async () => {
        // What the last frame moved is reported after it.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return (globalThis as unknown as { moved: string[] }).moved;
      }),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Chromium and a demo that runs, for all tests of a file. */
export function useDemo() {
  let browser: Browser;
  let demo: Demo;
  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchChromium(), startDemo()]);
  });
  afterAll(async () => {
    await browser.close();
    await demo[Symbol.asyncDispose]();
  });
  return {
    get url() {
      return demo.url;
    },
    /** @param query - with its question mark. */
    open: (options?: BrowserContextOptions, query = '') =>
      openDemo(browser, `${demo.url}${query}`, options),
  };
}

/** Opens all that can be folded. */
export async function unfold(opened: DemoPage): Promise<void> {
  const folded = opened.page.locator('details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
  await forgetShifts(opened);
}

/** What moved so far was asked for, and does not count. */
export async function forgetShifts({ page, layoutShifts }: DemoPage): Promise<void> {
  await layoutShifts();
  await page.evaluate(() => {
    (globalThis as unknown as { moved: string[] }).moved.length = 0;
  });
}

/** Waits until a panel's connection is in that state. */
export async function expectState(panel: Locator, state: string): Promise<void> {
  await panel.locator(`output.state[data-state=${state}]`).waitFor();
}

/** The host creates. Once `isOpen` resolves, no time passes on the page but what the test lets pass. */
export async function hostOnSetClock(
  { page, host }: DemoPage,
  isOpen: () => Promise<void>,
): Promise<void> {
  await page.clock.install();
  await page.reload();
  await host.getByRole('button', { name: 'Create a session' }).click();
  await isOpen();
  await page.clock.pauseAt(Date.now() + 1_000);
}

/** The host creates, the joiner joins from the other panel; returns when both are open. */
export async function playMatch({ host, joiner }: DemoPage): Promise<void> {
  await host.getByRole('button', { name: 'Create a session' }).click();
  // Until then the code in the field may be that of the match before.
  await host.locator('output.state:is([data-state=waiting], [data-state=open])').waitFor();
  await expect
    .poll(() => joiner.getByLabel('Join code or session id').inputValue())
    .toMatch(/^[6789BCDFGHJKLMNPQRTW]{8}$/);
  await joiner.getByRole('button', { name: 'Join the session' }).click();
  await expectState(host, 'open');
  await expectState(joiner, 'open');
}

/** Names in the timeline that another one covers. */
export function coveredNames(page: Page): Promise<string[]> {
  return page.locator('.lane').evaluateAll((lanes) =>
    lanes.flatMap((lane) => {
      const names = [...lane.querySelectorAll('.mark span')].map((name) => ({
        text: name.textContent,
        box: name.getBoundingClientRect(),
      }));
      return names
        .filter(({ box: a }) =>
          names.some(
            ({ box: b }) =>
              a !== b &&
              a.left < b.right &&
              b.left < a.right &&
              a.top < b.bottom - 4 &&
              b.top < a.bottom - 4,
          ),
        )
        .map(({ text }) => text);
    }),
  );
}

/** The names of a panel's events, `state` with the state. */
export async function eventsOf(panel: Locator): Promise<string[]> {
  const lines = await panel.locator('.events li').all();
  return Promise.all(
    lines.map(async (line) => {
      const name = await line.locator('strong').textContent();
      return name === 'state' ? `state ${await line.locator('span').textContent()}` : (name ?? '');
    }),
  );
}
