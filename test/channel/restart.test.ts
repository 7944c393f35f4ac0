import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { WebSocketClass } from '../../src/channel/gateway-socket.js';
import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import { createGateway } from '../../src/gateway/index.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
import { FakeClock } from '../support/fake-clock.js';
import { startStack } from '../support/stack.js';
import { until } from '../support/until.js';

// A proxy that is there again in the midst of a match, without a memory of it, on a clock that the test moves.

const SECRETS = ['a secret that outlives the process 1'];

let relays: RelayConnection[] = [];
afterEach(() => {
  relays = [];
});

/** Counts what is on its way, so that no time passes meanwhile. */
class Traffic {
  #count = 0;

  /** Waits until nothing is on its way any more. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await until(() => this.#count === 0);
  }

  /** How the proxies reach the service. */
  readonly fetch: typeof fetch = async (...call) => {
    this.#count += 1;
    return fetch(...call).finally(() => {
      this.#count -= 1;
    });
  };

  /** How pages reach the gateway: until they hear something. */
  webSocket(): WebSocketClass {
    const change = (by: number) => {
      this.#count += by;
    };
    class Counted extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        change(1);
        let isPending = true;
        const settle = () => {
          if (isPending) change(-1);
          isPending = false;
        };
        this.once('message', settle).once('close', settle).once('error', settle);
      }
    }
    return Counted;
  }
}

it('a proxy that restarts has its players back within a second, their connections and their channels', async () => {
  const clock = new FakeClock();
  const traffic = new Traffic();
  await using service = await startStack({ linkDelay: 0, relay: { checkDelay: 0 }, clock });
  const serve = (port: number) => {
    const edgegap = { ...service.edgegap, fetch: traffic.fetch };
    const options = { edgegap, secrets: SECRETS, guests: true, developmentIp: '203.0.113.7' };
    const proxy = createRelayProxy({ ...options, gateway: {}, clock });
    const gateway = createGateway({ seats: proxy.seats, development: true, clock });
    return serveRelayProxy(proxy, { port, hostname: '127.0.0.1', gateway });
  };
  /** Lets time pass until some work is done. */
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      clock.advance(20);
      await traffic.settle();
    }
    return work;
  };
  const first = await serve(0);
  const connect = () => {
    const relay = new RelayConnection(first.url, { via: 'gateway', clock });
    relays.push(relay);
    return relay;
  };
  const open = (relay: RelayConnection) =>
    during(openChannel(relay, { WebSocket: traffic.webSocket(), clock }));
  const host = connect();
  await during(host.create());
  const client = connect();
  await during(client.join(host.joinCode ?? ''));
  const channels: RelayChannel[] = [await open(host), await open(client)];
  const closes: string[] = [];
  for (const channel of channels) channel.on('close', (reason) => closes.push(reason));

  await during(first.close());
  await until(() => channels.every(({ state }) => state === 'reconnecting'));
  const second = await serve(Number(new URL(first.url).port));
  for (let passed = 0; passed < 1_000; passed += 20) {
    clock.advance(20);
    await traffic.settle();
  }
  await until(() => channels.every(({ state }) => state === 'open'));
  expect([closes, host.players.length, host.state, client.state]).toEqual([[], 2, 'open', 'open']);
  await during(client.leave());
  await during(host.leave());
  expect(closes).toEqual(['left', 'left']);
  await during(second.close());
});
