import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { serveRelayProxy } from '../src/proxy/node.js';
import { createRelayProxy } from '../src/proxy/relay-proxy.js';
import { createSimulator } from '../src/simulator/simulator.js';
import type { DemoSettings } from './settings.js';

// Starts all that the page needs, on loopback: the simulator (or, with EDGEGAP_API_TOKEN set, none), the
// proxy and the page itself.

const HOSTNAME = '127.0.0.1';
const { EDGEGAP_API_TOKEN, EDGEGAP_API_URL, RELAIS_DEVELOPMENT_IP = '1.1.1.1' } = process.env;

let settings: DemoSettings | undefined;
const page = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('.', import.meta.url)),
  server: { host: HOSTNAME, port: Number(process.env['PORT'] ?? 5173) },
  resolve: { alias: { relais: fileURLToPath(new URL('../src/index.ts', import.meta.url)) } },
  plugins: [
    {
      name: 'demo-settings',
      configureServer: ({ middlewares }) => {
        middlewares.use('/settings.json', (_request, response) => {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(settings));
        });
      },
    },
  ],
});
await page.listen();
const [url = ''] = page.resolvedUrls?.local ?? [];

const simulator = EDGEGAP_API_TOKEN
  ? undefined
  : await createSimulator({ apiToken: 'demo', linkDelay: 2_000 });
const proxy = await serveRelayProxy(
  createRelayProxy({
    edgegap: simulator
      ? { apiToken: 'demo', baseUrl: simulator.url }
      : { apiToken: EDGEGAP_API_TOKEN ?? '', ...(EDGEGAP_API_URL && { baseUrl: EDGEGAP_API_URL }) },
    allowedOrigins: [new URL(url).origin],
    developmentIp: RELAIS_DEVELOPMENT_IP,
    guests: true,
  }),
  { port: 0, hostname: HOSTNAME },
);
settings = { proxyUrl: proxy.url, service: simulator ? 'simulator' : 'edgegap' };

process.stdout.write(`
  Relais demo   ${url}
  proxy         ${proxy.url}
  relay service ${simulator ? `${simulator.url} (simulator)` : 'Edgegap: sessions cost money'}

`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await page.close();
    await proxy.close();
    await simulator?.close();
    process.exit(0);
  });
}
