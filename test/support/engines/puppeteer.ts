import type { Browser, Page } from 'puppeteer-core';
import type { EngineBrowser, EnginePage } from './engine.js';

/** A browser that Puppeteer drives. It ends when this closes it, however many of its pages are closed before. */
export async function drivenByPuppeteer(browser: Browser): Promise<EngineBrowser> {
  await browser.newPage();
  return {
    version: (await browser.version()).replace(/^\D+/, ''),
    open: async () => new PuppeteerPage(await browser.newPage({ type: 'window' })),
    close: () => browser.close(),
  };
}

class PuppeteerPage implements EnginePage {
  readonly #page: Page;
  /** The tab that hides it. */
  #other: Page | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  async back(): Promise<void> {
    // A page out of the back-forward cache is loaded already, and says so no more.
    await this.#page.goBack({ waitUntil: [] });
  }

  /** As text: of an object that is told twice, BiDi tells the second as `undefined`. */
  async evaluate(expression: string): Promise<unknown> {
    const told = await this.#page.evaluate(`(async () => JSON.stringify(await (${expression})))()`);
    return typeof told === 'string' ? JSON.parse(told) : undefined;
  }

  async hide(): Promise<void> {
    this.#other = await this.#page.browser().newPage();
    await this.#other.bringToFront();
  }

  async close(): Promise<void> {
    await this.#other?.close();
    await this.#page.close();
  }

  setOffline(isOffline: boolean): Promise<void> {
    return this.#page.setOfflineMode(isOffline);
  }
}
