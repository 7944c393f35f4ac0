import {
  createGateway,
  type GatewayLogEntry,
  type GatewayOptions,
  type GatewayTotals,
} from '../../src/gateway/index.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import {
  createRelayProxy,
  type RelayProxy,
  type RelayProxyOptions,
} from '../../src/proxy/relay-proxy.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/simulator.js';

export const API_TOKEN = 'studio-api-token-5f1c';

/** A simulator with a proxy in front of it, both on sockets of their own. */
export interface Stack extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly proxy: RelayProxy;
  readonly proxyUrl: string;
  /** How the proxy reaches the simulator. */
  readonly edgegap: RelayProxyOptions['edgegap'];
  /** What the gateway told, where there is one. */
  readonly channelLog: readonly GatewayLogEntry[];
  /** What the gateway has counted so far, where there is one. */
  channelTotals(): GatewayTotals | undefined;
}

/** Starts both on free ports of the loopback interface, with a gateway where the proxy's options name one. */
export async function startStack(
  simulatorOptions: SimulatorOptions = {},
  proxyOptions: Partial<RelayProxyOptions> = {},
  gatewayOptions: Partial<GatewayOptions> = {},
): Promise<Stack> {
  const simulator = await createSimulator({
    apiToken: API_TOKEN,
    linkDelay: 100,
    ...simulatorOptions,
  });
  const edgegap = { apiToken: API_TOKEN, baseUrl: simulator.url, callsPerSecond: 1_000 };
  const proxy = createRelayProxy({
    edgegap,
    guests: true,
    developmentIp: '203.0.113.7',
    ...proxyOptions,
  });
  const channelLog: GatewayLogEntry[] = [];
  const gateway =
    proxyOptions.gateway &&
    createGateway({
      seats: proxy.seats,
      url: proxyOptions.gateway.url,
      address: proxyOptions.gateway.address,
      development: true,
      clock: proxyOptions.clock,
      log: (entry) => channelLog.push(entry),
      ...gatewayOptions,
    });
  const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1', gateway });
  return {
    simulator,
    proxy,
    proxyUrl: listener.url,
    edgegap,
    channelLog,
    channelTotals: () => (gateway ? gateway.stats() : undefined),
    async [Symbol.asyncDispose]() {
      await listener.close();
      await simulator.close();
    },
  };
}
