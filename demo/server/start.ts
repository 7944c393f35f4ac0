import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { RelayApi } from '../../src/api/relay-api.js';
import { readSetting } from '../../src/cli/read-setting.js';
import { createGateway } from '../../src/gateway/index.js';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import type { DemoSettings } from '../settings.js';
import { openWire } from './breakable-wire.js';
import { freeUdpPort } from './free-udp-port.js';
import { createLeverRoutes } from './lever-routes.js';
import { LossyWay } from './lossy-way.js';

// Starts all that the page needs: the simulator with its relays (or, with EDGEGAP_API_TOKEN set, none), the proxy with
// its gateway, and the page itself. On loopback, unless told otherwise.

const LINK_DELAY = 2_500;
const setting = (name: string) => readSetting(process.env, name);
const EDGEGAP_API_TOKEN = setting('EDGEGAP_API_TOKEN');
const EDGEGAP_API_URL = setting('EDGEGAP_API_URL');
const RELAIS_DEVELOPMENT_IP = setting('RELAIS_DEVELOPMENT_IP') ?? '1.1.1.1';
const { values } = parseArgs({ options: { host: { type: 'string', default: '127.0.0.1' } } });
const hostname = values.host;
const isLocalOnly = /^(127\.|localhost$|::1$)/.test(hostname);
if (EDGEGAP_API_TOKEN && !isLocalOnly) {
  process.stderr.write(
    'With EDGEGAP_API_TOKEN the demo stays on loopback: whoever opens it starts sessions that you pay.\n',
  );
  process.exit(2);
}

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const linkedAt = new Map<string, number>();
const simulator = EDGEGAP_API_TOKEN
  ? undefined
  : await createSimulator({
      apiToken: 'demo',
      linkDelay: LINK_DELAY,
      relay: true,
      onLinked: (sessionId, time) => linkedAt.has(sessionId) || linkedAt.set(sessionId, time),
    });
const wire = await openWire({ port: 0, hostname });
const proxyPort = Number(new URL(wire.url).port);
const udpPort = await freeUdpPort();
const way = await LossyWay.open({ hostname, tcp: proxyPort, udp: udpPort });

const page = await createServer({
  configFile: false,
  root: folder('..'),
  server: {
    host: hostname,
    port: Number(setting('PORT') ?? 5173),
    fs: { allow: [folder('..'), folder('../../src'), folder('../../node_modules')] },
  },
  resolve: { alias: { relais: folder('../../src/index.ts') } },
  // All are ES modules as they are. To bundle them first would reload the page in the midst of its first match, and
  // several demos that start at once would write over one another's.
  optimizeDeps: { noDiscovery: true },
  plugins: [
    {
      name: 'demo',
      configureServer({ middlewares }) {
        middlewares.use('/service/settings', (request, response) => {
          // The proxy is where the page is: on another device that is not the loopback address.
          const { hostname: pageHost } = new URL(`http://${request.headers.host}`);
          sendJson(response, {
            proxyUrl: `http://${pageHost}:${way.tcpPort}`,
            service: simulator ? 'simulator' : 'edgegap',
            invitationBase: networkUrl ?? url,
            isLocalOnly: networkUrl === undefined,
            linkDelay: simulator?.life().linkDelay ?? 0,
          } satisfies DemoSettings);
        });
        if (!simulator) return;
        middlewares.use('/service/levers', createLeverRoutes(simulator, wire, way));
        middlewares.use('/service/linked', (request, response) => {
          const { searchParams } = new URL(request.url ?? '/', 'http://demo');
          sendJson(response, { time: linkedAt.get(searchParams.get('session_id') ?? '') });
        });
      },
    },
  ],
});
// Vite would end the process before all else is closed.
process.removeAllListeners('SIGTERM');
await page.listen();
const { local = [], network = [] } = page.resolvedUrls ?? {};
const [url = ''] = [...local, ...network];
const networkUrl = isLocalOnly ? undefined : network[0];

const edgegap = simulator
  ? { apiToken: 'demo', baseUrl: simulator.url }
  : { apiToken: EDGEGAP_API_TOKEN ?? '', ...(EDGEGAP_API_URL && { baseUrl: EDGEGAP_API_URL }) };
/** The sessions that players were let into. A session that somebody only names is not among them. */
const sessions = new Set<string>();
const proxy = createRelayProxy({
  edgegap,
  log(entry) {
    if (entry.event === 'request' && entry.session && entry.status < 400)
      sessions.add(entry.session);
  },
  // Under any name that this machine has in the address bar.
  allowedOrigins: [url, ...local, ...network].flatMap((address) => {
    const { origin, port } = new URL(address);
    return [origin, `http://localhost:${port}`, `http://127.0.0.1:${port}`];
  }),
  developmentIp: RELAIS_DEVELOPMENT_IP,
  guests: true,
  gateway: {},
  ...(simulator && { publicUrl: `http://127.0.0.1:${proxyPort}` }),
});
const gateway = createGateway({
  seats: proxy.seats,
  udp: { port: udpPort, publicPort: way.udpPort },
  // A service of one's own, the simulator for instance, has its relays on this machine.
  development: simulator !== undefined || EDGEGAP_API_URL !== undefined,
});
wire.connect(proxy, gateway);

process.stdout.write(`
  Relais demo   ${url}${networkUrl ? `\n  other devices ${networkUrl}` : ''}
  proxy         ${wire.url}
  relay service ${simulator ? `${simulator.url} (simulator)` : 'Edgegap: sessions cost money'}

`);

/**
 * Ends the open sessions. The proxy's secrets are lost with it, so no later proxy knows these sessions: they would be
 * open, and billed, for ever.
 */
async function endSessions(): Promise<void> {
  const api = new RelayApi(edgegap);
  const ends = [...sessions].map((id) =>
    api.deleteSession(id, { signal: AbortSignal.timeout(10_000) }),
  );
  await Promise.allSettled(ends);
}

async function stop(): Promise<void> {
  await page.close();
  await gateway.close();
  way.close();
  await wire.close();
  await proxy.close();
  await endSessions();
  await simulator?.close();
  process.exit(0);
}

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // `on` and not `once`: with Ctrl-C, npm's signal may follow the terminal's, and would end the process in the middle
  // of this.
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void stop();
  });
}

function sendJson(response: ServerResponse, document: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(document));
}
