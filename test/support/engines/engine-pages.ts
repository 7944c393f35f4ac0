import { afterAll, afterEach, beforeAll } from 'vitest';
import { type ConnectOptions, connect } from '../game-pages.js';
import { type PageServer, servePage } from '../page-server.js';
import { type Stack, startStack } from '../stack.js';
import type { EngineBrowser, EnginePage } from './engine.js';

/** A browser of some engine with the pages of games in it, for all the tests of a file. */
export class EnginePages {
  #browser: EngineBrowser | undefined;
  #server: PageServer | undefined;
  readonly #open: EnginePage[] = [];

  /** Starts it before the file's first test and ends it after the last; each test's pages close with the test. */
  constructor(start: () => Promise<EngineBrowser>) {
    beforeAll(async () => {
      this.#server = await servePage();
      this.#browser = await start();
    });
    afterEach(async () => {
      for (const page of this.#open.splice(0)) await page.close();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#server?.[Symbol.asyncDispose]();
    });
  }

  /** The engine's. */
  get version(): string {
    return this.#browser?.version ?? '';
  }

  /** The pages' origin. */
  get origin(): string {
    return this.#server?.origin ?? '';
  }

  /** A simulator with a proxy, of another origin than the pages: all that they ask is preflighted. */
  startStack(...[simulator, proxy]: Parameters<typeof startStack>): Promise<Stack> {
    return startStack({ linkDelay: 50, ...simulator }, { allowedOrigins: [this.origin], ...proxy });
  }

  /** The page of a new player, with the built bundle and a connection on it. */
  async open(proxyUrl: string, options: ConnectOptions = {}): Promise<EnginePage> {
    if (!this.#browser) throw new Error('The browser is not open yet.');
    const page = await this.#browser.open();
    this.#open.push(page);
    await page.goto(this.origin);
    await this.connect(page, proxyUrl, options);
    return page;
  }

  /** Makes the connection of a page that was reloaded. */
  async connect(page: EnginePage, proxyUrl: string, options: ConnectOptions = {}): Promise<void> {
    await page.evaluate(`globalThis.proxyUrl = ${JSON.stringify(proxyUrl)}`);
    await connect(page, { guestIn: 'sessionStorage', ...options });
  }

  /** Closes the page's tab, as a player does. */
  async close(page: EnginePage): Promise<void> {
    this.#open.splice(this.#open.indexOf(page), 1);
    await page.close();
  }
}
