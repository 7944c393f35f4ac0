import type { Connection } from '../../src/http/listen.js';
import type { RelayProxy } from '../../src/proxy/relay-proxy.js';

/** The players' requests to the proxy, which can be made to fail. Webhooks pass untouched. */
export class BreakableRequests {
  readonly #waiting = new Set<() => void>();
  #proxy: RelayProxy | undefined;
  #cutUntil = 0;
  #refusals = 0;

  connect(proxy: RelayProxy): void {
    this.#proxy = proxy;
  }

  /** Cuts every connection on which a request waits, and each new one for `duration` milliseconds. */
  cut(duration: number): void {
    this.#cutUntil = performance.now() + duration;
    for (const destroy of this.#waiting) destroy();
  }

  /** Whether each new connection is cut now. */
  get isCut(): boolean {
    return performance.now() < this.#cutUntil;
  }

  /** Answers the next `count` requests with 429 in the proxy's place. */
  refuse(count: number): void {
    this.#refusals = count;
  }

  /** How many requests are still to be refused. */
  get refusalsLeft(): number {
    return this.#refusals;
  }

  /** Cuts and refuses nothing any more. */
  mend(): void {
    this.#cutUntil = 0;
    this.#refusals = 0;
  }

  async serve(request: Request, connection: Connection): Promise<Response> {
    const proxy = this.#proxy;
    if (!proxy) return new Response(null, { status: 503 });
    // Webhooks pass: only pages send an origin.
    if (!request.headers.has('origin')) return proxy.fetch(request, connection);
    if (this.isCut) {
      connection.destroy();
      return new Response();
    }
    if (this.#refusals > 0 && request.method !== 'OPTIONS') {
      this.#refusals -= 1;
      return tooMany(request);
    }
    const destroy = () => connection.destroy();
    this.#waiting.add(destroy);
    try {
      return await proxy.fetch(request, connection);
    } finally {
      this.#waiting.delete(destroy);
    }
  }
}

function tooMany(request: Request): Response {
  return Response.json(
    { message: 'Too many requests, says the lever on the demo page.', code: 'rate-limited' },
    {
      status: 429,
      headers: {
        'retry-after': '2',
        'access-control-allow-origin': request.headers.get('origin') ?? '',
        'access-control-expose-headers': 'retry-after',
        vary: 'origin',
      },
    },
  );
}
