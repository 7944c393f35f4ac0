import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { freePort } from '../free-port.js';
import { until } from '../until.js';
import type { EngineBrowser, EnginePage } from './engine.js';
import { WebDriver } from './webdriver.js';
import { startXvfb } from './xvfb.js';

/** Starts the WebKitGTK that is installed, in its MiniBrowser, driven by its WebDriver. */
export async function startWebKit(): Promise<EngineBrowser> {
  const screen = await startXvfb();
  const port = await freePort();
  const child = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
    // A group of its own, so that it ends with the browser.
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: screen.display, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' },
  });
  const stop = async () => {
    await endGroup(child);
    await screen.close();
  };
  try {
    await once(child, 'spawn');
    const driver = await startSession(`http://127.0.0.1:${port}`);
    return new WebKit(driver, await driver.window(), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSession(url: string): Promise<WebDriver> {
  await until(() => fetch(`${url}/status`));
  return WebDriver.start(url, {
    'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
  });
}

/** Where Debian has it: below the libraries of the machine's architecture. */
function miniBrowser(): string {
  const found = readdirSync('/usr/lib')
    .map((architecture) => `/usr/lib/${architecture}/webkit2gtk-4.1/MiniBrowser`)
    .find((path) => existsSync(path));
  if (!found) throw new Error('WebKitGTK has no MiniBrowser here. Install "webkit2gtk-driver".');
  return found;
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, 'close');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}

/** All pages are windows of one session. It looks at one of them at a time, so commands take turns. */
class WebKit implements EngineBrowser {
  readonly version: string;
  readonly #driver: WebDriver;
  /** The window that is always there: the session ends with its last one. */
  readonly #first: string;
  readonly #stop: () => Promise<void>;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(driver: WebDriver, first: string, stop: () => Promise<void>) {
    this.version = String(driver.capabilities['browserVersion']);
    this.#driver = driver;
    this.#first = first;
    this.#stop = stop;
  }

  async open(kind: 'window' | 'tab'): Promise<EnginePage> {
    const handle = await this.#turn(async (driver) => {
      await driver.switchTo(this.#first);
      return driver.open(kind);
    });
    return new WebKitPage((work) =>
      this.#turn(async (driver) => {
        await driver.switchTo(handle);
        return work(driver);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#turn((driver) => driver.close());
    await this.#stop();
  }

  #turn<T>(work: (driver: WebDriver) => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(() => work(this.#driver));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }
}

/** Does something in the page's window, when it is its turn. */
type InWindow = <T>(work: (driver: WebDriver) => Promise<T>) => Promise<T>;

class WebKitPage implements EnginePage {
  readonly #inWindow: InWindow;
  #evaluations = 0;

  constructor(inWindow: InWindow) {
    this.#inWindow = inWindow;
  }

  goto(url: string): Promise<void> {
    return this.#inWindow((driver) => driver.goto(url));
  }

  reload(): Promise<void> {
    return this.#inWindow((driver) => driver.reload());
  }

  back(): Promise<void> {
    return this.#inWindow((driver) => driver.back());
  }

  /** Asks again and again whether it is done: meanwhile the other pages have their turns. */
  async evaluate(expression: string): Promise<unknown> {
    const id = String(this.#evaluations++);
    await this.#inWindow((driver) => driver.execute(begin(id, expression)));
    let told: unknown;
    while (typeof told !== 'string') {
      told = await this.#inWindow((driver) => driver.execute(`return evaluated['${id}'];`));
    }
    const { value, error } = JSON.parse(told) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async hide(): Promise<void> {
    await this.#inWindow((driver) => driver.minimize());
  }

  async close(): Promise<void> {
    await this.#inWindow((driver) => driver.closeWindow());
  }

  async setOffline(): Promise<void> {
    throw new Error('WebKitWebDriver has no command that takes the network away.');
  }
}

/** A script that evaluates an expression, and leaves what comes of it on the page. */
const begin = (id: string, expression: string) => `
  const evaluated = (globalThis.evaluated ??= {});
  const tell = (told) => { evaluated['${id}'] = JSON.stringify(told); };
  (async () => (${expression}))().then(
    (value) => tell({ value }),
    (error) => tell({ error: String(error) }),
  );`;
