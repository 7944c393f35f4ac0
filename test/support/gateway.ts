import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Asked, type Fault, Faults, type Operation, operationOf, readAsked } from './wire.js';

/**
 * A gateway in front of the real proxy, like a load balancer, at which a test can make things go wrong. A request is
 * answered by the gateway itself, cut off before or after the proxy did the work, or left without an answer.
 */
export class Gateway implements AsyncDisposable {
  /** Where the proxy is. If there are several, a function that is asked for each request. */
  target: string | (() => string) = '';
  /** All that came, in order. */
  readonly asked: Asked[] = [];
  /** The most requests that were on their way at once; a test may set it back. */
  peak = 0;
  readonly #faults = new Faults();
  readonly #running = new Set<Asked>();
  readonly #server = createServer((incoming, response) => void this.#serve(incoming, response));

  static async start(): Promise<Gateway> {
    const gateway = new Gateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many of the faults have not struck yet. */
  get faultsLeft(): number {
    return this.#faults.left;
  }

  /** The game's requests that have no answer yet: those that the proxy holds, above all. */
  get running(): number {
    return [...this.#running].filter((asked) => kindOf(asked) !== 'webhook').length;
  }

  /** The requests of a kind so far. */
  of(operation: Operation): Asked[] {
    return this.asked.filter((asked) => kindOf(asked) === operation);
  }

  /** What the next requests of this kind meet, one after the other. */
  fault(operation: Operation, ...faults: Fault[]): void {
    this.#faults.add(operation, ...faults);
  }

  /** Cuts every connection, as a proxy does that is killed. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readAsked(incoming).catch(() => undefined);
    if (!asked) return;
    this.asked.push(asked);
    this.#running.add(asked);
    this.peak = Math.max(this.peak, this.running);
    response.once('close', () => this.#running.delete(asked));
    const forward = () => this.#forward(asked, response);
    try {
      const isSpoilt = await this.#faults.strike(asked, response, async () => {
        const answer = await forward();
        return { ...head(answer), body: await text(answer) };
      });
      if (isSpoilt) return;
      const answer = await forward();
      const { status, headers } = head(answer);
      response.writeHead(status, headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    } catch {
      // The proxy is not there, or the client is not any more.
      response.destroy();
    }
  }

  async #forward(asked: Asked, response: ServerResponse): Promise<IncomingMessage> {
    const { headers, method, path } = asked;
    const target = typeof this.target === 'string' ? this.target : this.target();
    const forwarded = request(target + path, { method, headers, agent: false });
    response.once('close', () => forwarded.destroy());
    forwarded.end(asked.text);
    const [answer] = await once(forwarded, 'response');
    return answer;
  }
}

const kindOf = ({ method, path }: Asked) => operationOf(method, path);

function head({ headers, statusCode = 0 }: IncomingMessage) {
  const { connection: _hop, 'transfer-encoding': _coding, ...own } = headers;
  return { status: statusCode, headers: own };
}
