import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayLogEntry } from '../../src/gateway/index.js';
import { built } from '../support/built.js';
import { type Command, runCommand } from '../support/command.js';
import { type GatewayPlayer, hostByGateway, joinByGateway } from '../support/gateway-game.js';
import { PageClient } from '../support/page-client.js';
import { until } from '../support/until.js';

/** Every figure of the gateway at /metrics. */
const FIGURES = [
  'relais_channel_events_total',
  'relais_channels',
  'relais_channel_wires',
  'relais_channel_data_channels',
  'relais_channel_waiting_bytes',
  'relais_datagrams_received',
  'relais_datagrams_sent',
  'relais_datagrams_dropped',
  'relais_datagram_bytes',
  'relais_datagram_lateness',
  'relais_relay_round_trip_milliseconds',
];

const commands: Command[] = [];
const pages: PageClient[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) page.cut();
  for (const command of commands) command.stop('SIGTERM');
  await Promise.all(commands.splice(0).map(({ ended }) => ended));
});

function run(
  args: string[],
  env: Record<string, string> = {},
  place?: Parameters<typeof runCommand>[2],
): Command {
  const command = runCommand(args, env, place);
  commands.push(command);
  return command;
}

/** A UDP port that nobody has. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** The built command in a folder of its own, with no package near. */
async function copyAlone() {
  const cwd = await mkdtemp(join(tmpdir(), 'relais-alone-'));
  const file = join(cwd, 'cli.mjs');
  await copyFile(built('cli.js'), file);
  return {
    place: { file, cwd },
    [Symbol.asyncDispose]: () => rm(cwd, { recursive: true }),
  };
}

/** The built proxy with its gateway, before a built simulator. */
async function start(
  args: string[],
  env: Record<string, string>,
  place?: Parameters<typeof runCommand>[2],
) {
  const simulator = run('simulator --port 0 --api-token secret-7 --link-delay 50'.split(' '));
  const proxy = run(
    ['proxy', '--port', '0', ...args],
    {
      EDGEGAP_API_TOKEN: 'secret-7',
      RELAIS_DRAIN: '0',
      EDGEGAP_API_URL: await simulator.listening,
      RELAIS_GUESTS: 'on',
      RELAIS_DEVELOPMENT_IP: '203.0.113.7',
      ...env,
    },
    place,
  );
  return { proxy, url: await proxy.listening };
}

async function open(url: string, { ticket, session }: GatewayPlayer): Promise<PageClient> {
  const channel = new URL(session.gateway?.url ?? '', `${url.replace('http', 'ws')}/`);
  const page = await PageClient.open(channel.href, ticket);
  pages.push(page);
  return page.whenOpen();
}

/** A host and a client who exchange a datagram, each way. */
async function play(url: string) {
  const host = await hostByGateway(url);
  const client = await joinByGateway(host);
  // A page's connection asks until the relay is there; a channel does not.
  await host.client.linked(host.session);
  const hostPage = await open(url, host);
  const clientPage = await open(url, client);
  hostPage.onDatagram = (payload, connectionId) => hostPage.send(payload, connectionId);
  await expect
    .poll(() => {
      clientPage.send(Buffer.from('a secret of the game'));
      return clientPage.datagrams.length;
    })
    .toBeGreaterThan(0);
  return { host, client, clientPage };
}

describe('relais proxy with its gateway', () => {
  it.each([
    [[], { RELAIS_GATEWAY: 'on' }],
    [['--gateway'], {}],
    [['--gateway'], { RELAIS_BASE_PATH: '/relay' }],
  ] as const)('serves channels: %j %j', async (args, env) => {
    const { proxy, url } = await start([...args], { ...env });
    const { clientPage } = await play(url + ('RELAIS_BASE_PATH' in env ? '/relay' : ''));
    expect(clientPage.datagrams[0]?.payload.toString()).toBe('a secret of the game');
    proxy.stop('SIGTERM');
    expect((await clientPage.whenClosed())?.code).toBe(4503);
    expect(await proxy.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('has the gateway’s figures at /metrics, each by its name', async () => {
    const { url } = await start(['--gateway'], {});
    await play(url);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const name of FIGURES) {
      expect(metrics).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
      expect(metrics).toMatch(new RegExp(`^${name}(\\{.+\\})? \\d`, 'm'));
    }
    const named = [...metrics.matchAll(/^# HELP (relais_(?:channel|datagram|relay_)\w*)/gm)];
    expect(named.map(([, name]) => name).sort()).toEqual([...FIGURES].sort());
    expect(metrics).toContain('relais_channels 2\n');
    expect(metrics).toContain('relais_channel_events_total{what="opened",why=""} 2');
  });

  it('tells what becomes of channels in lines of JSON, without payload, token, ticket or address', async () => {
    const { proxy, url } = await start(['--gateway'], {});
    const { host, client } = await play(url);
    const shut = new PageClient(`${url.replace('http', 'ws')}/v1/channel`, {
      ticket: 'forged-ticket',
    });
    await shut.whenClosed();
    const linked = await host.client.linked(host.session);
    await host.client.revoke(host.session, { player_id: client.client.playerId });
    await pages[1]?.whenClosed();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    proxy.stop('SIGTERM');
    const { stdout } = await proxy.ended;
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const entries = lines.map((line) => JSON.parse(line) as GatewayLogEntry);
    const told = entries.filter(({ event }) => event === 'channel');
    expect(told.map(({ what, why }) => [what, why]).sort()).toEqual(
      [
        ['opened', undefined],
        ['opened', undefined],
        ['refused', 'invalid'],
        ['closed', 'revoked'],
        ['closed', 'closing'],
      ].sort(),
    );
    const opened = told.find(({ what }) => what === 'opened');
    expect(opened).toMatchObject({
      session: host.session.session_id,
      player: host.client.playerId,
      channel: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
    });
    const secrets = [
      'a secret of the game',
      'forged-ticket',
      host.ticket,
      client.ticket,
      host.session.ticket ?? '?',
      host.client.token,
      String(linked.authorization_token),
      String(linked.session_user?.authorization_token),
      linked.relay?.ip ?? '?',
      linked.relay?.host ?? '?',
      '203.0.113.7',
    ];
    const all = told.map((entry) => JSON.stringify(entry)).join('\n') + metrics;
    for (const secret of secrets) expect(all).not.toContain(secret);
  });

  it('tells pages where it takes data channels, and a second process says that the port is taken', async () => {
    const port = await freeUdpPort();
    const { url } = await start(['--gateway'], {
      RELAIS_GATEWAY_UDP_PORT: String(port),
      RELAIS_GATEWAY_UDP_PUBLIC_PORT: '40000',
      RELAIS_GATEWAY_UDP_ADDRESS: '203.0.113.5, 2001:db8::5',
    });
    const { clientPage } = await play(url);
    await until(() => clientPage.of('udp').length === 1);
    const [udp] = clientPage.of('udp');
    expect(udp?.addresses).toEqual(['203.0.113.5', '2001:db8::5']);
    expect(udp?.port).toBe(40_000);
    const second = await start(['--gateway'], { RELAIS_GATEWAY_UDP_PORT: String(port) });
    const played = await play(second.url);
    expect(played.clientPage.of('udp')).toEqual([]);
    second.proxy.stop('SIGTERM');
    const { stdout } = await second.proxy.ended;
    expect(stdout.match(/"no-data-channels"/g)).toHaveLength(1);
    expect(stdout).toContain('"why":"port-taken"');
    // The library has lines of its own for that, which are no JSON.
    for (const line of stdout.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('serves WebSockets where node-datachannel is not installed, and says so once', async () => {
    await using alone = await copyAlone();
    const { proxy, url } = await start(
      ['--gateway'],
      { RELAIS_GATEWAY_UDP_PORT: '0' },
      alone.place,
    );
    const { clientPage } = await play(url);
    expect(clientPage.of('udp')).toEqual([]);
    proxy.stop('SIGTERM');
    const { code, stdout } = await proxy.ended;
    expect(code).toBe(0);
    expect(stdout.match(/"no-data-channels"/g)).toHaveLength(1);
    expect(stdout).toContain('"why":"not-installed"');
  });

  it.each([
    [{ RELAIS_GATEWAY_UDP_PORT: '65536' }, /RELAIS_GATEWAY_UDP_PORT must be a port/],
    [{ RELAIS_GATEWAY_UDP_PORT: 'any' }, /RELAIS_GATEWAY_UDP_PORT must be a whole number/],
    [
      { RELAIS_GATEWAY_UDP_ADDRESS: '203.0.113.5' },
      /RELAIS_GATEWAY_UDP_ADDRESS needs RELAIS_GATEWAY_UDP_PORT/,
    ],
    [
      { RELAIS_GATEWAY_UDP_PUBLIC_PORT: '40000' },
      /RELAIS_GATEWAY_UDP_PUBLIC_PORT needs RELAIS_GATEWAY_UDP_PORT/,
    ],
    [
      { RELAIS_GATEWAY_UDP_PORT: '0', RELAIS_GATEWAY_UDP_PUBLIC_PORT: '0' },
      /RELAIS_GATEWAY_UDP_PUBLIC_PORT must be a port from 1/,
    ],
    [
      { RELAIS_GATEWAY_UDP_PORT: '0', RELAIS_GATEWAY_UDP_ADDRESS: 'studio.example' },
      /RELAIS_GATEWAY_UDP_ADDRESS must be an IP address/,
    ],
  ])('refuses UDP settings that are none: %j', async (env, message) => {
    const proxy = run(['proxy', '--port', '0', '--gateway'], {
      EDGEGAP_API_TOKEN: 'x',
      RELAIS_GUESTS: 'on',
      ...env,
    } as Record<string, string>);
    const { code, stderr } = await proxy.ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('does not without being told to', async () => {
    const { url } = await start([], {});
    const page = new PageClient(`${url.replace('http', 'ws')}/v1/channel`, { ticket: 'x' });
    await page.whenClosed();
    expect(page.closed?.code).toBe(1006);
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('relais_channel');
  });
});
