import type { RelaySession } from '../../src/api/schemas.js';
import type { Fault } from '../../src/simulator/faults/index.js';
import { runCommand } from '../support/command.js';

export const API_TOKEN = 'studio-api-token-77aa';

/** The built `relais simulator`, a process of its own, with its levers. */
export class Service implements AsyncDisposable {
  readonly url: string;
  readonly #stop: () => Promise<unknown>;

  private constructor(url: string, stop: () => Promise<unknown>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(): Promise<Service> {
    const args = ['--port', '0', '--api-token', API_TOKEN, '--link-delay', '300', '--seed', '17'];
    const command = runCommand(['simulator', '--control', ...args]);
    return new Service(await command.listening, () => {
      command.stop('SIGTERM');
      return command.ended;
    });
  }

  /** All sessions that are open, as the service would show them. */
  async sessions(): Promise<RelaySession[]> {
    const answer = await fetch(`${this.url}/_simulator/sessions`);
    return (await answer.json()) as RelaySession[];
  }

  async addFault(fault: Fault): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(fault);
    const answer = await fetch(`${this.url}/_simulator/faults`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/_simulator/faults`, { method: 'DELETE' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
