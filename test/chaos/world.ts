import { setTimeout as sleep } from 'node:timers/promises';
import type { RelayProxyOptions } from '../../src/proxy/relay-proxy.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import type { Store } from '../../src/proxy/store/store.js';
import { seededRandom } from '../../src/simulator/sessions/seeded-random.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { Gateway } from '../support/gateway.js';
import { NeverQuiet } from './never-quiet.js';
import { type ProxyInstance, startInstance } from './proxy-instance.js';

/** In seconds. Longer than any one request of a player takes here, as it is outside; short enough for fifty runs. */
export const LEASE = 8;

const HOUR = 60 * 60_000;
/** Long enough for the list to be read, in milliseconds: it is, each lease. */
const SWEEP = 2_000 * LEASE;

/** How the proxy is run: one process with a memory of its own, one with a store, or three that share one. */
export const DEPLOYMENTS = ['memory', 'store', 'three'] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** The service, the proxies and the load balancer in front of them, and a hand on the chance that rules them. */
export interface World extends AsyncDisposable {
  readonly deployment: Deployment;
  readonly simulator: Simulator;
  /** Where players reach the proxy. */
  readonly url: string;
  readonly random: () => number;
  /** One of these, by chance. */
  pick<T>(choices: readonly T[]): T | undefined;
  /** One of the instances dies, by SIGKILL or SIGTERM, and another takes its place. */
  replaceInstance(isKilled: boolean): Promise<void>;
  /** One instance's wall clock is set forward or back, in milliseconds. */
  stepClock(shift: number): void;
  /**
   * All that goes wrong ends; the list stays as busy as it is. Where a process has a memory of its own, an hour passes:
   * so long it keeps what another one before it may still be serving.
   */
  calmDown(): Promise<void>;
}

export async function createWorld(seed: number): Promise<World> {
  const random = seededRandom(seed);
  const pick = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)];
  const deployment = pick(DEPLOYMENTS) ?? 'memory';
  const simulator = await createSimulator({ linkDelay: 50 + Math.floor(random() * 1_500), seed });
  const noise = new NeverQuiet(simulator.url);
  await noise.start();
  const gateway = await Gateway.start();
  const options: Partial<RelayProxyOptions> = {
    lease: LEASE,
    longestWait: 1,
    secrets: ['a secret that outlives the process 1234567890'],
    publicUrl: gateway.url,
  };
  const store: Store | undefined = deployment === 'memory' ? undefined : new MemoryStore();
  const start = () => startInstance(simulator.url, options, store);
  const instances: ProxyInstance[] = [];
  for (let count = deployment === 'three' ? 3 : 1; count > 0; count -= 1)
    instances.push(await start());
  let replacing = Promise.resolve();
  // What chance decides here must not change what is drawn for the run.
  gateway.target = () => instances[Math.floor(Math.random() * instances.length)]?.url ?? '';
  simulator.faults.add({ kind: 'any', rate: 0.3, retryAfter: 0 });
  simulator.faults.add({ kind: 'webhook-lost', rate: 0.5 });
  simulator.faults.add({ kind: 'latency', rate: 0.2, delay: 300 });
  return {
    deployment,
    simulator,
    url: gateway.url,
    random,
    pick,
    replaceInstance(isKilled) {
      const index = Math.floor(random() * instances.length);
      // One after the other: two processes with memories of their own are another matter.
      replacing = replacing.then(async () => {
        const [old] = instances.splice(index, 1);
        await (isKilled ? old?.kill() : old?.stop());
        instances.push(await start());
      });
      return replacing;
    },
    stepClock: (shift) => pick(instances)?.setClock(shift),
    async calmDown() {
      simulator.faults.clear();
      if (deployment !== 'memory') return;
      // First it must have seen them all.
      await sleep(SWEEP);
      for (const instance of instances) instance.pass(HOUR);
    },
    async [Symbol.asyncDispose]() {
      await noise.stop();
      await gateway[Symbol.asyncDispose]();
      await replacing;
      await Promise.all(instances.map((instance) => instance.stop()));
      await store?.close();
      await simulator.close();
    },
  };
}
