import { setTimeout as sleep } from 'node:timers/promises';
import { RelayApi } from '../../src/api/relay-api.js';

/** Enough for more than one page of a list. */
const CROWD = 130;

/** Others' sessions on the same account: a crowd that stays, and one after the other that comes and goes. */
export class NeverQuiet {
  readonly #api: RelayApi;
  readonly #ids = new Set<string>();
  #isOver = false;
  #going: Promise<void> | undefined;

  constructor(apiUrl: string) {
    this.#api = new RelayApi({ apiToken: 'secret', baseUrl: apiUrl });
  }

  async start(): Promise<void> {
    for (let count = 0; count < CROWD; count += 1) await this.#come();
    this.#going = this.#go();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#going;
  }

  async #come(): Promise<void> {
    const { session_id } = await this.#api.createSession({ users: [{ ip: '1.1.1.1' }] });
    this.#ids.add(session_id);
  }

  async #go(): Promise<void> {
    while (!this.#isOver) {
      await sleep(100);
      // What fails here is lost by the others, not by the proxy.
      await this.#come().catch(() => {});
      const [oldest = ''] = this.#ids;
      this.#ids.delete(oldest);
      await this.#api.deleteSession(oldest).catch(() => {});
    }
  }
}
