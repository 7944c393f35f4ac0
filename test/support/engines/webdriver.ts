/** What a WebDriver answers where it could not do what it was told. */
interface Refusal {
  readonly error: string;
  readonly message: string;
}

/** A session with a browser, spoken to in plain WebDriver (W3C): just the commands that the tests need. */
export class WebDriver {
  readonly #sessionUrl: string;
  /** What the session is able to do, as the driver says. */
  readonly capabilities: Readonly<Record<string, unknown>>;

  private constructor(url: string, sessionId: string, capabilities: Record<string, unknown>) {
    this.#sessionUrl = `${url}/session/${sessionId}`;
    this.capabilities = capabilities;
  }

  /** @param url - Where the driver listens. */
  static async start(url: string, alwaysMatch: Record<string, unknown>): Promise<WebDriver> {
    const { sessionId, capabilities } = await send<{
      sessionId: string;
      capabilities: Record<string, unknown>;
    }>('POST', `${url}/session`, { capabilities: { alwaysMatch } });
    return new WebDriver(url, sessionId, capabilities);
  }

  /** The handle of the window that commands are about: at first the one that the browser came with. */
  async window(): Promise<string> {
    return send('GET', `${this.#sessionUrl}/window`);
  }

  /** Opens a tab, or a window of its own. @returns its handle. */
  async open(type: 'tab' | 'window'): Promise<string> {
    return (await this.#post<{ handle: string }>('window/new', { type })).handle;
  }

  /** All that follows is about that window. */
  async switchTo(handle: string): Promise<void> {
    await this.#post('window', { handle });
  }

  async goto(url: string): Promise<void> {
    await this.#post('url', { url });
  }

  async back(): Promise<void> {
    await this.#post('back', {});
  }

  async reload(): Promise<void> {
    await this.#post('refresh', {});
  }

  /** Runs the body of a function, and returns what it returns. */
  execute(script: string): Promise<unknown> {
    return this.#post('execute/sync', { script, args: [] });
  }

  async minimize(): Promise<void> {
    await this.#post('window/minimize', {});
  }

  async closeWindow(): Promise<void> {
    await send('DELETE', `${this.#sessionUrl}/window`);
  }

  /** Ends the session, and the browser with it. */
  async close(): Promise<void> {
    await send('DELETE', this.#sessionUrl);
  }

  #post<T>(command: string, body: unknown): Promise<T> {
    return send<T>('POST', `${this.#sessionUrl}/${command}`, body);
  }
}

/** @throws with what the driver says where it could not. */
async function send<T>(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const { value } = (await answer.json()) as { value: T };
  if (answer.ok) return value;
  const { error, message } = value as Refusal;
  throw new Error(`${method} ${new URL(url).pathname}: ${error}: ${message}`);
}
