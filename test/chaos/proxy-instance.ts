import { systemClock } from '../../src/common/clock.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy, type RelayProxyOptions } from '../../src/proxy/relay-proxy.js';
import type { Store } from '../../src/proxy/store/store.js';
import { wrapStore } from '../support/wrap-store.js';

/** One process of the proxy, as far as others can tell: it has a wall clock of its own, and can be killed. */
export interface ProxyInstance {
  readonly url: string;
  /** Sets its wall clock forward or back, in milliseconds. */
  setClock(shift: number): void;
  /** Lets time pass for it, in milliseconds, at once. */
  pass(duration: number): void;
  /** As SIGTERM does: it ends what it holds, and says goodbye to nobody. */
  stop(): Promise<void>;
  /** As SIGKILL does: from now on nothing that it does has any effect. */
  kill(): Promise<void>;
}

const WITHOUT_LIMITS = {
  requestsPerIp: 1_000_000,
  requestsPerPlayer: 1_000_000,
  createsPerPlayer: 1_000_000,
  upstreamCallsPerPlayer: 1_000_000,
  upstreamCallsPerIp: 1_000_000,
  createsPerIp: 1_000_000,
  joinMissesPerIp: 1_000_000,
  sessionsPerPlayer: 1_000,
} as const;

/** @param shared - what outlives the process; without it the process has a memory of its own. */
export async function startInstance(
  apiUrl: string,
  options: Partial<RelayProxyOptions>,
  shared: Store | undefined,
): Promise<ProxyInstance> {
  let shift = 0;
  let passed = 0;
  let isDead = false;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + passed + shift,
    monotonic: () => systemClock.monotonic() + passed,
  };
  const checkLife = () => {
    if (isDead) throw new Error('The process was killed.');
  };
  const proxy = createRelayProxy({
    edgegap: {
      apiToken: 'secret',
      baseUrl: apiUrl,
      callsPerSecond: 500,
      timeout: 500,
      async fetch(...call) {
        checkLife();
        return globalThis.fetch(...call);
      },
    },
    authenticate: (request) => ({ id: request.headers.get('authorization')?.slice(7) ?? '' }),
    developmentIp: '203.0.113.7',
    limits: WITHOUT_LIMITS,
    clock,
    ...(shared && {
      store: wrapStore(shared, async (_operation, call) => {
        checkLife();
        return call();
      }),
    }),
    ...options,
  });
  const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
  return {
    url: listener.url,
    setClock: (by) => {
      shift += by;
    },
    pass: (duration) => {
      passed += duration;
    },
    stop: () => listener.close(1_000),
    kill() {
      isDead = true;
      return listener.close(0);
    },
  };
}
