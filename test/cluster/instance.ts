import { type Command, runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';

/** One process of the built `relais proxy`, at an address that outlives it. */
export class Instance {
  readonly #env: Record<string, string>;
  readonly #port: number;
  #command: Command | undefined;
  /** The output of the processes that have ended. */
  readonly #outputs: string[] = [];

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

  get isRunning(): boolean {
    return this.#command !== undefined;
  }

  /** All lines of its log that tell of a failure, of the processes that have ended. */
  get failures(): string[] {
    return this.#outputs.flatMap((output) =>
      output.split('\n').filter((line) => line.includes('"event":"failure"')),
    );
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
    const { code, stdout, stderr } = await command.ended;
    this.#command = undefined;
    this.#outputs.push(stdout + stderr);
    return code;
  }
}
