import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { createGateway } from '../../src/gateway/index.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy, type RelayProxyOptions } from '../../src/proxy/relay-proxy.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';

// The whole way, over real sockets: page, gateway, simulated relay, gateway, page.

const relays: RelayConnection[] = [];

/** Everything there is, with a gateway; all players leave before it goes. */
async function start(gateway: RelayProxyOptions['gateway'] = {}) {
  const stack = await startStack({ linkDelay: 20, relay: { checkDelay: 20 } }, { gateway });
  return {
    ...stack,
    async [Symbol.asyncDispose]() {
      await Promise.all(relays.splice(0).map((relay) => relay.leave().catch(() => {})));
      await stack[Symbol.asyncDispose]();
    },
  };
}

function connect(proxyUrl: string, options: object = {}): RelayConnection {
  const relay = new RelayConnection(proxyUrl, { via: 'gateway', ...options });
  relays.push(relay);
  return relay;
}

const open = (relay: RelayConnection) => openChannel(relay, { WebSocket });

/** A host and a client who play: each datagram of the client is echoed by the host. */
async function play(proxyUrl: string) {
  const host = connect(proxyUrl);
  await host.create();
  const client = connect(proxyUrl);
  await client.join(host.joinCode ?? '');
  const hostChannel = await open(host);
  const clientChannel = await open(client);
  hostChannel.on('datagram', (bytes, connectionId) => hostChannel.send(bytes, connectionId));
  const heard: number[] = [];
  clientChannel.on('datagram', ([number]) => heard.push(number ?? -1));
  const exchange = async (number: number) => {
    await until(() => {
      clientChannel.send(Uint8Array.of(number));
      expect(heard).toContain(number);
    }, 50);
  };
  await exchange(1);
  // It was perhaps sent more than once.
  await until(() => expect(clientChannel.stats().received).toBe(clientChannel.stats().sent));
  return { host, client, hostChannel, clientChannel, exchange, heard };
}

const closed = (channel: RelayChannel) =>
  new Promise<string>((resolve) => channel.once('close', resolve));

describe('two pages', () => {
  it('exchange datagrams through the relay, and every one is counted', async () => {
    await using stack = await start();
    const { hostChannel, clientChannel } = await play(stack.proxyUrl);
    const before = clientChannel.stats();
    for (let number = 0; number < 100; number += 1) clientChannel.send(new Uint8Array(200));
    await until(() => expect(clientChannel.stats().received).toBe(before.received + 100));
    await until(() => {
      const { sent, gateway } = clientChannel.stats();
      expect(gateway?.fromPage).toMatchObject({ received: sent, sent });
    });
    expect(hostChannel.stats().relayRoundTrip).toEqual(expect.any(Number));
    expect(stack.channelLog.map(({ what }) => what)).toEqual(['opened', 'opened']);
  });

  it('read nothing of the relay, and no address, where nobody plays but by the gateway', async () => {
    await using stack = await start({ only: true });
    const bodies: string[] = [];
    const spy: typeof fetch = async (...call) => {
      const response = await fetch(...call);
      bodies.push(await response.clone().text());
      return response;
    };
    const host = connect(stack.proxyUrl, { fetch: spy });
    const endpoint = await host.create();
    expect(endpoint).toMatchObject({ role: 'server', host: '', userAuthorizationToken: 0 });
    const channel = await open(host);
    expect(channel.state).toBe('open');
    const [session] = stack.simulator.sessions();
    const secrets = [
      String(session?.authorization_token),
      String(session?.session_users?.[0]?.authorization_token),
      String(session?.relay?.ports?.server?.port),
      session?.relay?.ip ?? '?',
      '203.0.113.7',
    ];
    expect(bodies.length).toBeGreaterThan(1);
    for (const body of bodies) {
      for (const secret of secrets) expect(body).not.toContain(secret);
    }
  });

  it('are told when one is kicked, and the other plays on', async () => {
    await using stack = await start();
    const { host, client, hostChannel, clientChannel } = await play(stack.proxyUrl);
    const end = closed(clientChannel);
    await host.kick(client.playerId ?? '');
    expect(await end).toBe('revoked');
    expect(hostChannel.state).toBe('open');
  });

  it('are told when the session ends', async () => {
    await using stack = await start();
    const { host, hostChannel, clientChannel } = await play(stack.proxyUrl);
    const ends = Promise.all([closed(hostChannel), closed(clientChannel)]);
    await host.leave();
    expect(await ends).toEqual(['left', 'deleted']);
  });

  it('play on at another relay when the session is moved there', async () => {
    await using stack = await start();
    const { host, clientChannel, exchange } = await play(stack.proxyUrl);
    const states: string[] = [];
    clientChannel.on('state', (state) => states.push(state));
    stack.simulator.relink(host.session?.session_id ?? '');
    await until(() => expect(states).toContain('checking'));
    await exchange(2);
    expect(clientChannel.state).toBe('open');
  });

  it('find another channel of the same seat replaced', async () => {
    await using stack = await start();
    const { client, clientChannel } = await play(stack.proxyUrl);
    const end = closed(clientChannel);
    const newer = await open(client);
    expect(await end).toBe('replaced');
    expect(newer.state).toBe('open');
    newer.close();
  });
});

describe('opening a channel', () => {
  it.each([
    { wires: {} },
    { wires: [] },
    { wires: ['webrtc'] },
    { wires: ['websocket', 'pigeon'] },
    { wires: 'websocket' },
    { RTCPeerConnection: {} },
    { cable: 'red' },
    { wire: 'udp' },
    { wire: null },
    { WebSocket: {} },
    { timeout: '20000' },
    { timeout: 0 },
    { timeout: -1 },
    { timeout: Number.NaN },
    { signal: 'now' },
    { clock: 5 },
  ])('takes no wrong option, and names it: %j', async (options) => {
    const relay = new RelayConnection('http://127.0.0.1:9', { via: 'gateway' });
    const [name = ''] = Object.keys(options);
    await expect(openChannel(relay, options as never)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`"${name}"`),
    });
  });

  it('needs a connection that is in use', async () => {
    const relay = new RelayConnection('http://127.0.0.1:9', { via: 'gateway' });
    await expect(open(relay)).rejects.toMatchObject({ code: 'invalid-state' });
  });

  it('waits for a connection that is being opened', async () => {
    await using stack = await start();
    const relay = connect(stack.proxyUrl);
    const created = relay.create();
    const channel = await open(relay);
    await created;
    expect(channel.state).toBe('open');
  });

  it('needs a gateway, and says how to get one', async () => {
    await using stack = await start();
    const relay = connect(stack.proxyUrl, { via: undefined });
    await relay.create();
    await expect(open(relay)).rejects.toThrow(/via: 'gateway'/);
  });

  it('is refused by a proxy without a gateway, in a sentence', async () => {
    await using stack = await startStack({ linkDelay: 20 });
    await expect(connect(stack.proxyUrl).create()).rejects.toThrow(/RELAIS_GATEWAY/);
  });

  it('rejects when it is aborted while the connection opens', async () => {
    await using stack = await start();
    const relay = connect(stack.proxyUrl);
    const controller = new AbortController();
    relay.on('open', () => controller.abort(new Error('over')));
    const created = relay.create();
    const opening = openChannel(relay, {
      WebSocket,
      signal: controller.signal,
    });
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
    await created;
  });

  it('rejects when it is aborted, and leaves nothing open', async () => {
    await using stack = await start();
    const relay = connect(stack.proxyUrl);
    await relay.create();
    const reason = new Error('The player went away.');
    const opening = openChannel(relay, {
      WebSocket,
      signal: AbortSignal.abort(reason),
    });
    await expect(opening).rejects.toMatchObject({ code: 'aborted', cause: reason });
    expect(stack.channelLog).toEqual([]);
  });
});

describe('a proxy that restarts in the middle of play', () => {
  it('takes the players in again: their connections restore the seats, their channels come back', async () => {
    const secrets = ['a secret that outlives the process 1'];
    await using service = await start();
    /** A process of its own, without a memory of the one before. */
    const serve = (port: number) => {
      const { edgegap } = service;
      const options = { edgegap, secrets, guests: true, developmentIp: '203.0.113.7', gateway: {} };
      const proxy = createRelayProxy(options);
      const gateway = createGateway({ seats: proxy.seats, development: true });
      return serveRelayProxy(proxy, { port, hostname: '127.0.0.1', gateway });
    };
    const first = await serve(0);
    const { clientChannel, hostChannel, exchange, host } = await play(first.url);
    const ids = new Set<number | undefined>();
    hostChannel.on('datagram', (_bytes, connectionId) => ids.add(connectionId));
    await exchange(2);
    const states: string[] = [];
    clientChannel.on('state', (state) => states.push(state));
    await first.close();
    await until(() => expect(states).toContain('reconnecting'));
    const second = await serve(Number(new URL(first.url).port));
    await until(() => expect([clientChannel.state, hostChannel.state]).toEqual(['open', 'open']));
    await exchange(3);
    // At the relay the client is a new one: the process has other UDP sockets.
    expect(ids.size).toBe(2);
    expect(host.players.length).toBe(2);
    await Promise.all(relays.splice(0).map((relay) => relay.leave()));
    await second.close();
  });
});
