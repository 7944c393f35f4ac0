import { type Command, runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';

/** One process of the built `relais proxy`, at an address that outlives it. */
export class Instance {
  readonly #env: Record<string, string>;
  readonly #port: number;
  #command: Command | undefined;

  private constructor(env: Record<string, string>, port: number) {
    this.#port = port;
    this.#env = { ...env, RELAIS_GATEWAY_URL: this.channelUrl };
  }

  static async start(env: Record<string, string>): Promise<Instance> {
    const instance = new Instance(env, await freePort());
    await instance.start();
    return instance;
  }

  /** Where nginx finds it. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Where pages find its gateway. */
  get channelUrl(): string {
    return `ws://${this.host}/v1/channel`;
  }

  async start(): Promise<void> {
    this.#command = runCommand(['proxy', '--port', String(this.#port)], this.#env);
    await this.#command.listening;
  }

  /** Ends it with a signal, and waits until it is gone. Returns its exit code, `null` where it was killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const command = this.#command;
    if (!command) return null;
    command.stop(signal);
    const { code } = await command.ended;
    this.#command = undefined;
    return code;
  }
}
