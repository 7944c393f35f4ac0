import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What went over the wire. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly bearer: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** What is asked of a proxy; `preflight` and `webhook` are not the game's. */
export type Operation =
  | 'guest'
  | 'create'
  | 'authorize'
  | 'get'
  | 'revoke'
  | 'delete'
  | 'preflight'
  | 'webhook';

/**
 * What the next request of a kind meets instead of its answer: another status and body, a broken body, silence, or a
 * connection that is cut before or after the work was done.
 */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'cut-before'
  | 'cut-after'
  | 'cut-in-body'
  | 'silence';

/** An answer before it is sent. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

/** What goes wrong next. */
export class Faults {
  readonly #faults: [Operation, Fault][] = [];

  add(operation: Operation, ...faults: Fault[]): void {
    this.#faults.push(...faults.map((fault): [Operation, Fault] => [operation, fault]));
  }

  /** How many have not struck yet. */
  get left(): number {
    return this.#faults.length;
  }

  /** Lets the next fault of this kind strike, if there is one. `work` is what the request asks for. */
  async strike(
    { method, path }: Asked,
    response: ServerResponse,
    work: () => Promise<WireAnswer>,
  ): Promise<boolean> {
    const operation = operationOf(method, path);
    const index = this.#faults.findIndex(([name]) => name === operation);
    if (index < 0) return false;
    const [[, fault] = []] = this.#faults.splice(index, 1);
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? refusal(fault.status));
    } else if (fault === 'cut-before') {
      response.socket?.destroy();
    } else if (fault !== 'silence') {
      const { status, body } = await work();
      if (fault === 'cut-after') response.socket?.destroy();
      else {
        // Half of it, or of one that would have come with it.
        const whole = body || '{"message":"Done."}';
        response.writeHead(status === 204 ? 200 : status, { 'content-length': whole.length });
        response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
      }
    }
    return true;
  }
}

/** Reads a request to its end. */
export async function readAsked(request: IncomingMessage): Promise<Asked> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { headers, method = '', url = '' } = request;
  return {
    method,
    path: url,
    bearer: headers.authorization?.replace(/^Bearer /, ''),
    headers,
    text,
    body: text ? JSON.parse(text) : {},
  };
}

export function operationOf(method: string, path: string): Operation {
  if (method === 'OPTIONS') return 'preflight';
  if (path.startsWith('/v1/webhooks/')) return 'webhook';
  if (path === '/v1/guests') return 'guest';
  if (method === 'GET') return 'get';
  if (method === 'DELETE') return 'delete';
  if (path.endsWith(':authorize-user')) return 'authorize';
  return path.endsWith(':revoke-user') ? 'revoke' : 'create';
}

const CODES: Record<number, string> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  429: 'rate-limited',
  500: 'internal',
  502: 'upstream-refused',
  503: 'upstream-unavailable',
};

/** The proxy's way to refuse with a status. */
export function refusal(status: number, code = CODES[status] ?? 'other'): string {
  return JSON.stringify({ message: `Refused with ${status}.`, code });
}
