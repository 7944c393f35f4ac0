import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Endpoint } from '../../src/connection/endpoint.js';
import type { RelayConnectionOptions } from '../../src/connection/options.js';
import type { RelayConnection } from '../../src/connection/relay-connection.js';
import { launchChromium } from './chromium.js';
import { type PageServer, servePage } from './page-server.js';
import { type Stack, startStack } from './stack.js';

/** What is on a game's page. */
export interface GameWindow {
  readonly relais: typeof import('../../src/index.js');
  readonly proxyUrl: string;
  relay: RelayConnection;
  /** All events but `session`, in order, each with what tells it from others of its name. */
  events: [string, unknown][];
  readonly unhandled: string[];
}

/** A browser with the pages of games in it, for all the tests of a file. */
export class GamePages {
  #browser: Browser | undefined;
  #server: PageServer | undefined;

  /**
   * Opens it before the file's first test and closes it after the last; each test's pages close with the test.
   *
   * @param scripts - What is served beside the page, by its paths.
   */
  constructor(
    launch: () => Promise<Browser> = launchChromium,
    scripts: Readonly<Record<string, string>> = {},
  ) {
    beforeAll(async () => {
      this.#browser = await launch();
      this.#server = await servePage(scripts);
    });
    afterEach(async () => {
      await Promise.all(this.#browser?.contexts().map((context) => context.close()) ?? []);
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#server?.[Symbol.asyncDispose]();
    });
  }

  /** The pages' origin. */
  get origin(): string {
    return this.#server?.origin ?? '';
  }

  /** A simulator with a proxy, of another origin than the pages: all that they ask is preflighted. */
  startStack(...[simulator, proxy, gateway]: Parameters<typeof startStack>): Promise<Stack> {
    return startStack(simulator, { allowedOrigins: [this.origin], ...proxy }, gateway);
  }

  /** Another player's browser: nothing is stored in it yet. */
  async newPlayer(): Promise<BrowserContext> {
    if (!this.#browser) throw new Error('The browser is not open yet.');
    return this.#browser.newContext();
  }

  /** A page with the built bundle and a connection on it, that of a new player unless told otherwise. */
  async open(proxyUrl: string, player?: BrowserContext, options?: ConnectOptions): Promise<Page> {
    const page = await (player ?? (await this.newPlayer())).newPage();
    await page.addInitScript(`globalThis.proxyUrl = ${JSON.stringify(proxyUrl)}`);
    await page.goto(this.origin);
    await connect(page, options);
    return page;
  }
}

/** A page on which a test can do something: one of Playwright's, or that of another engine. */
export interface ScriptedPage {
  evaluate(expression: string): Promise<unknown>;
}

/** What a page's connection may have beside its ticket. */
export interface ConnectOptions extends Pick<RelayConnectionOptions, 'via'> {
  /** Where the guest token is: `sessionStorage` makes each tab a player of its own. @default 'localStorage' */
  readonly guestIn?: 'localStorage' | 'sessionStorage';
}

/** Waits for the page's own script. */
const LOADED = `new Promise((resolve) => {
  const look = () => ('relais' in globalThis ? resolve() : setTimeout(look, 10));
  look();
})`;

/** Makes the page's connection, with a guest token and a ticket that are where a reload finds them. */
export async function connect(page: ScriptedPage, options: ConnectOptions = {}): Promise<void> {
  await page.evaluate(LOADED);
  await onPage(
    page,
    (game, { guestIn = 'localStorage', ...given }) => {
      const events: GameWindow['events'] = [];
      const unhandled: string[] = [];
      Object.assign(game, { events, unhandled });
      addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
      const relay = new game.relais.RelayConnection(game.proxyUrl, {
        ...given,
        guest: {
          load: () => globalThis[guestIn].getItem('guest'),
          save: (token) => globalThis[guestIn].setItem('guest', token),
        },
        ticket: {
          load: () => sessionStorage.getItem('ticket'),
          save: (ticket) => sessionStorage.setItem('ticket', ticket ?? ''),
        },
      });
      relay.on('state', (state) => events.push(['state', state]));
      relay.on('ready', (session) => events.push(['ready', session.session_id]));
      relay.on('linked', (endpoint) => events.push(['linked', endpoint]));
      relay.on('open', (endpoint) => events.push(['open', endpoint]));
      relay.on('retrying', ({ error }) => events.push(['retrying', error.code]));
      relay.on('error', ({ code, message }) => events.push(['error', { code, message }]));
      relay.on('close', (reason) => events.push(['close', reason]));
      game.relay = relay;
    },
    options,
  );
}

/** Reads something on the page, or does something there. What `read` needs of the test comes as `argument`. */
export const onPage = <T, A = undefined>(
  page: ScriptedPage,
  read: (game: GameWindow, argument: A) => T | Promise<T>,
  argument?: A,
): Promise<T> => page.evaluate(`(${read})(globalThis, ${JSON.stringify(argument)})`) as Promise<T>;

export const create = (page: ScriptedPage): Promise<Endpoint> =>
  onPage(page, ({ relay }) => relay.create());
export const join = (page: ScriptedPage, code: string): Promise<Endpoint> =>
  onPage(page, ({ relay }, code) => relay.join(code), code);
export const leave = (page: ScriptedPage): Promise<void> =>
  onPage(page, ({ relay }) => relay.leave());
export const codeOf = (page: ScriptedPage): Promise<string> =>
  onPage(page, ({ relay }) => relay.joinCode ?? '');
export const playersOf = (page: ScriptedPage): Promise<number> =>
  onPage(page, ({ relay }) => relay.players.length);
export const eventsOf = (page: ScriptedPage): Promise<GameWindow['events']> =>
  onPage(page, ({ events }) => events);
/** The last event but `session`. */
export const lastOf = async (
  page: ScriptedPage,
): Promise<GameWindow['events'][number] | undefined> => (await eventsOf(page)).at(-1);
