import type { Gateway } from '../../src/gateway/index.js';
import { type Listener, type ListenOptions, listen } from '../../src/http/listen.js';
import type { RelayProxy } from '../../src/proxy/relay-proxy.js';

/** The connections between the players and the proxy, which the demo can cut. Webhooks pass untouched. */
export interface Wire extends Listener {
  /** Connects the proxy, which has to know this wire's address before it can be made, and its gateway. */
  connect(proxy: RelayProxy, gateway: Gateway): void;
  /** Cuts every connection on which a request waits, and each new one for `duration` milliseconds. */
  cut(duration: number): void;
  /** Whether each new connection is cut now. */
  readonly isCut: boolean;
  /** Answers the next `count` requests with 429 in the proxy's place. */
  refuse(count: number): void;
  /** How many requests are still to be refused. */
  readonly refusalsLeft: number;
  /** Cuts and refuses nothing any more. */
  mend(): void;
}

type Handler = Parameters<typeof listen>[0];

/** Listens for a proxy as `serveRelayProxy` does, on connections that can be made to fail. */
export async function openWire(options: ListenOptions): Promise<Wire> {
  let proxy: RelayProxy | undefined;
  let gateway: Gateway | undefined;
  const waiting = new Set<() => void>();
  let cutUntil = 0;
  let refusals = 0;
  const upgrades: Pick<Gateway, 'upgrade'> = {
    upgrade(request, socket, head) {
      if (gateway) gateway.upgrade(request, socket, head);
      else socket.destroy();
    },
  };
  const serve: Handler = async (request, connection) => {
    if (!proxy) return new Response(null, { status: 503 });
    // Webhooks pass: only pages send an origin.
    if (!request.headers.has('origin')) return proxy.fetch(request, connection);
    if (performance.now() < cutUntil) {
      connection.destroy();
      return new Response();
    }
    if (refusals > 0 && request.method !== 'OPTIONS') {
      refusals -= 1;
      return tooMany(request);
    }
    const destroy = () => connection.destroy();
    waiting.add(destroy);
    try {
      return await proxy.fetch(request, connection);
    } finally {
      waiting.delete(destroy);
    }
  };
  const listener = await listen(serve, { ...options, upgrades });
  return {
    url: listener.url,
    connect(connected, beside) {
      proxy = connected;
      gateway = beside;
    },
    cut(duration) {
      cutUntil = performance.now() + duration;
      for (const destroy of waiting) destroy();
    },
    get isCut() {
      return performance.now() < cutUntil;
    },
    refuse(count) {
      refusals = count;
    },
    get refusalsLeft() {
      return refusals;
    },
    mend() {
      cutUntil = 0;
      refusals = 0;
    },
    close: (grace) => listener.close(grace),
  };
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
