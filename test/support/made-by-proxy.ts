import { systemClock } from '../../src/common/clock.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy, type RelayProxy } from '../../src/proxy/relay-proxy.js';
import { GameClient } from './game-client.js';

/** A session as the service lists it. */
export interface Made {
  readonly id: string;
  readonly joinCode: string;
}

/** The proxy that makes it. */
export interface Maker {
  readonly apiToken: string;
  /** Where the relay service is. */
  readonly baseUrl: string;
  readonly secret: string;
  /** How long ago it is by the proxy's clock; 0 unless given. */
  readonly hoursAgo?: number;
  readonly publicUrl?: string;
}

/** A session that a proxy has made for a host, and has left behind when it ended. */
export async function madeByProxy(maker: Maker): Promise<Made> {
  const { apiToken, baseUrl, secret, hoursAgo = 0, publicUrl } = maker;
  const made = Date.now() - hoursAgo * 3_600_000;
  const proxy: RelayProxy = createRelayProxy({
    edgegap: { apiToken, baseUrl },
    guests: true,
    secrets: [secret],
    developmentIp: '203.0.113.7',
    publicUrl,
    clock: { ...systemClock, now: () => made },
  });
  const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
  const host = await GameClient.guest(listener.url);
  const { body } = await host.create();
  await host.linked(body);
  await listener.close();
  return { id: body.session_id, joinCode: body.join_code };
}
