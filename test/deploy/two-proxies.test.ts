import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { echo, inPlay, openByGateway, openChannelOn } from '../support/channel-pages.js';
import { launchChromium } from '../support/chromium.js';
import { type Command, runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';
import {
  codeOf,
  create,
  GamePages,
  join as joinMatch,
  leave,
  onPage,
} from '../support/game-pages.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { UdpPath } from '../support/udp-path.js';
import { until } from '../support/until.js';
import { FILLED_IN, readCompose } from './compose.js';

const HOST = 'relay.studio.example';
const folder = mkdtempSync(join(tmpdir(), 'relais-two-'));
const tlsPort = await freePort();
const plainPort = await freePort();

/** A browser that finds the players' name at this machine, and takes a certificate that nobody has signed. */
const pages = new GamePages(() =>
  launchChromium([
    `--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${tlsPort}, MAP ${HOST}:80 127.0.0.1:${plainPort}`,
    '--ignore-certificate-errors',
  ]),
);

let simulator: Simulator;
let redis: RedisServer;
let nginx: ChildProcess;
const proxies: Command[] = [];
/** What maps a public UDP port to each gateway's own, as the container engine does. */
const mappings: UdpPath[] = [];

/** A proxy with compose's settings, but for where this machine has what they name. */
async function startProxy(name: 'proxy-1' | 'proxy-2'): Promise<string> {
  const { services } = readCompose({
    ...FILLED_IN,
    RELAIS_ALLOWED_ORIGINS: pages.origin,
    EDGEGAP_API_URL: simulator.url,
    RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  });
  const udpPort = await freePort();
  const mapping = await UdpPath.start(() => udpPort);
  mappings.push(mapping);
  const proxy = runCommand(['proxy', '--port', '0'], {
    ...services[name]?.environment,
    RELAIS_GATEWAY_UDP_PORT: String(udpPort),
    RELAIS_GATEWAY_UDP_PUBLIC_PORT: String(mapping.port),
    RELAIS_GATEWAY_UDP_ADDRESS: '127.0.0.1',
    RELAIS_REDIS_URL: redis.url,
    RELAIS_TRUSTED_PROXIES: '127.0.0.1',
  });
  proxies.push(proxy);
  return new URL(await proxy.listening).host;
}

/** A certificate for the players' name. */
function makeCertificate(): void {
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`];
  execFileSync('openssl', ['req', ...kind, ...files], { stdio: 'ignore' });
}

/** deploy/nginx.conf, but for where this machine has what it names. */
function nginxFile(first: string, second: string): string {
  const text = readFileSync('deploy/nginx.conf', 'utf8')
    .replaceAll('proxy-1:8080', first)
    .replaceAll('proxy-2:8080', second)
    .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${tlsPort} ssl;`)
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/etc/nginx/tls', folder);
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, text);
  return file;
}

beforeAll(async () => {
  simulator = await createSimulator({
    apiToken: FILLED_IN.EDGEGAP_API_TOKEN,
    linkDelay: 50,
    relay: { checkDelay: 20 },
  });
  const command = readCompose(FILLED_IN).services['redis']?.command ?? [];
  // Its own folder is the test's, and nothing else is.
  redis = await startRedis(command.slice(1));
  const file = nginxFile(await startProxy('proxy-1'), await startProxy('proxy-2'));
  makeCertificate();
  execFileSync('nginx', ['-t', '-q', '-e', 'stderr', '-c', file]);
  nginx = spawn('nginx', ['-e', 'stderr', '-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
  await until(() => fetch(`http://127.0.0.1:${plainPort}`, { redirect: 'manual' }));
});
afterAll(async () => {
  const ended = nginx && once(nginx, 'close');
  nginx?.kill('SIGTERM');
  await ended;
  for (const proxy of proxies) {
    proxy.stop('SIGTERM');
    await proxy.ended;
  }
  for (const mapping of mappings) await mapping[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
  await simulator?.close();
  rmSync(folder, { recursive: true });
});

const url = `https://${HOST}/relay`;

/** Where a page's gateway is, as its document says. */
const gatewayOf = (page: Page) =>
  onPage(page, ({ relay }) => new URL(relay.session?.gateway?.url ?? '').pathname);

/** What the page's datagrams travel over. */
const wireOf = (page: Page) => inPlay(page, ({ channel }) => channel.stats().wire);

/** What nginx answers at an address. */
const statusOf = async (page: Page, path: string) =>
  (await page.goto(`https://${HOST}${path}`))?.status();

it('pages play by way of nginx and both gateways, and nobody notices which proxy answers', async () => {
  const host = await openByGateway(pages, url);
  const client = await openByGateway(pages, url);
  await create(host);
  await joinMatch(client, await codeOf(host));
  await openChannelOn(host);
  await openChannelOn(client);
  expect(await echo(host, client, 1)).toBeGreaterThan(0);
  const gateways = [await gatewayOf(host), await gatewayOf(client)];
  for (const path of gateways) expect(path).toMatch(/^\/gateway-[12]\/v1\/channel$/);
  for (const page of [host, client]) await expect.poll(() => wireOf(page)).toBe('webrtc');
  expect(await echo(host, client, 2)).toBeGreaterThan(0);
  expect(mappings.reduce((sum, { carried }) => sum + carried, 0)).toBeGreaterThan(0);
  await leave(client);
  await leave(host);
  expect(simulator.sessions()).toEqual([]);
});

it('what is nobody else’s business is not shown, and plain HTTP leads to TLS', async () => {
  const page = await (await pages.newPlayer()).newPage();
  await page.goto(`http://${HOST}/relay/healthz`);
  expect(page.url()).toBe(`https://${HOST}/relay/healthz`);
  expect(await statusOf(page, '/relay/healthz')).toBe(200);
  for (const path of ['/relay/metrics', '/relay/readyz', '/relay//metrics', '/metrics', '/']) {
    expect([path, await statusOf(page, path)]).toEqual([path, 404]);
  }
});
