import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway } from '../../src/gateway/index.js';
import { openChannel, RelayConnection } from '../../src/index.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
import { startReverseProxy } from '../support/reverse-proxies.js';
import { startStack } from '../support/stack.js';

/** A proxy with its gateway behind a real reverse proxy, which is set up as docs/gateway.md says. */
async function start(kind: 'nginx' | 'haproxy', wiresPerAddress = 256) {
  const service = await startStack({ linkDelay: 20, relay: { checkDelay: 20 } });
  const proxy = createRelayProxy({
    edgegap: service.edgegap,
    guests: true,
    developmentIp: '203.0.113.7',
    basePath: '/relay',
    trustedProxies: ['127.0.0.1'],
    gateway: {},
  });
  const limits = { wiresPerAddress };
  const gateway = createGateway({ seats: proxy.seats, development: true, limits });
  const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1', gateway });
  const front = await startReverseProxy(kind, listener.url);
  return {
    url: front.url,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await listener.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** A host and a client; `exchange` sends a datagram there and back. */
async function play(url: string) {
  const host = new RelayConnection(url, { via: 'gateway' });
  await host.create();
  const client = new RelayConnection(url, { via: 'gateway' });
  await client.join(host.joinCode ?? '');
  const options = { WebSocket: WebSocket as never };
  const hostChannel = await openChannel(host, options);
  const clientChannel = await openChannel(client, options);
  const states: string[] = [];
  for (const channel of [hostChannel, clientChannel]) {
    channel.on('state', (state) => states.push(state));
  }
  hostChannel.on('datagram', (bytes, connectionId) => hostChannel.send(bytes, connectionId));
  const heard = new Set<number | undefined>();
  clientChannel.on('datagram', ([number]) => heard.add(number));
  return {
    states,
    leave: () => Promise.all([client.leave(), host.leave()]),
    async exchange(number: number) {
      const arrived = () => {
        clientChannel.send(Uint8Array.of(number));
        return heard.has(number);
      };
      await vi.waitUntil(arrived, { interval: 50, timeout: 10_000 });
    },
  };
}

/** What a wire from an address of this machine's is closed with; `undefined` where it stays open. */
function come(url: string, localAddress: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/channel`, ['relais.v1'], {
    localAddress,
    headers: { 'x-forwarded-for': '8.8.8.8' },
  });
  return new Promise<number>((resolve) => {
    socket.on('error', () => resolve(0)).on('close', (code) => resolve(code));
  });
}

describe.concurrent.each(['nginx', 'haproxy'] as const)('the gateway behind %s', (kind) => {
  it('carries a match on through 70 s in which nobody sends', async () => {
    await using front = await start(kind);
    const { exchange, leave, states } = await play(front.url);
    await exchange(1);
    await new Promise((resolve) => setTimeout(resolve, 70_000));
    await exchange(2);
    expect(states).toEqual([]);
    await leave();
  }, 120_000);

  it('counts wires by the players’ addresses, as the front reports them and nobody else', async () => {
    await using front = await start(kind, 1);
    const { url } = front;
    const first = [come(url, '127.0.0.2'), come(url, '127.0.0.2')];
    const codes = await Promise.all([...first, come(url, '127.0.0.3'), come(url, '127.0.0.4')]);
    // Those without a ticket get 4401, and one wire too many of an address 4429.
    expect(codes.sort()).toEqual([4401, 4401, 4401, 4429]);
  });
});
