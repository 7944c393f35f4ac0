import { describe, expect, it } from 'vitest';
import { createGateway } from '../../src/gateway/index.js';
import { serveRelayProxy } from '../../src/proxy/node.js';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';
import { FakeSeats } from '../support/fake-seats.js';
import { PageClient } from '../support/page-client.js';

describe('a gateway on the proxy’s port', () => {
  it('gets the WebSockets and leaves the rest to the proxy, and closes with it', async () => {
    const seats = new FakeSeats();
    const gateway = createGateway({ seats });
    const edgegap = { apiToken: 'secret', baseUrl: 'http://127.0.0.1:9' };
    const proxy = createRelayProxy({ edgegap, guests: true });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1', gateway });
    const url = `${listener.url.replace('http', 'ws')}/v1/channel`;
    expect(await new PageClient(url).whenClosed()).toEqual({ code: 4401, reason: 'ticket' });
    expect((await fetch(`${listener.url}/healthz`)).status).toBe(200);
    seats.hung.add('hung');
    const waiting = new PageClient(url, { ticket: 'hung' });
    await new Promise((resolve) => waiting.socket.once('open', resolve));
    await listener.close(1_000);
    expect(await waiting.whenClosed()).toEqual({ code: 4503, reason: 'closing' });
  });

  it('is not needed: without one a WebSocket is a request like any other', async () => {
    const edgegap = { apiToken: 'secret', baseUrl: 'http://127.0.0.1:9' };
    const proxy = createRelayProxy({ edgegap, guests: true });
    const listener = await serveRelayProxy(proxy, { port: 0, hostname: '127.0.0.1' });
    const page = new PageClient(`${listener.url.replace('http', 'ws')}/v1/channel`);
    expect(await page.whenClosed()).toMatchObject({ code: 1006 });
    await listener.close();
  });
});
