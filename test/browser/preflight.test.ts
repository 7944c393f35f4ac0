import { describe, expect, it } from 'vitest';
import { create, GamePages, type GameWindow, leave } from '../support/game-pages.js';
import { Gateway } from '../support/gateway.js';
import { startStack } from '../support/stack.js';

const pages = new GamePages();

/** A gateway before the proxy: it knows what was asked, preflights and all. */
async function startWatched(allowedOrigins: string[]) {
  const gateway = await Gateway.start();
  const stack = await startStack({ linkDelay: 50 }, { allowedOrigins });
  gateway.target = stack.proxyUrl;
  return {
    gateway,
    simulator: stack.simulator,
    asked: () =>
      gateway.asked.map(({ method, headers }) =>
        method === 'OPTIONS' ? `leave to ${headers['access-control-request-method']}` : method,
      ),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** As a browser asks, before it lets a page of that origin send a request. */
async function preflight(proxyUrl: string, origin: string): Promise<Record<string, string>> {
  const answer = await fetch(`${proxyUrl}/v1/relays/sessions`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  return Object.fromEntries(
    [...answer.headers].filter(([name]) => name.startsWith('access-control-')),
  );
}

describe('a proxy of another origin than the page', () => {
  it('is asked for leave once for each address, and answers from its list', async () => {
    await using watched = await startWatched([pages.origin]);
    const { asked, gateway } = watched;
    const page = await pages.open(gateway.url);
    const play = async () => {
      await create(page);
      await expect.poll(() => [asked().at(-1), gateway.running]).toEqual(['GET', 1]);
      await leave(page);
    };
    // Each get is conditional, and no browser takes remembered leave for that. The end is of the same address.
    const watching = ['leave to GET', 'GET', 'leave to GET', 'GET', 'DELETE'];
    await play();
    // A guest token is asked for without anything that needs leave.
    const first = ['POST', 'leave to POST', 'POST', ...watching];
    expect(asked()).toEqual(first);
    await play();
    // The second create needs none any more.
    expect(asked()).toEqual([...first, 'POST', ...watching]);
    const [, leaveAsked] = gateway.asked;
    expect(leaveAsked?.path).toBe('/v1/relays/sessions');
    expect(leaveAsked?.headers).toMatchObject({
      origin: pages.origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    });
    expect(await preflight(gateway.url, pages.origin)).toEqual({
      'access-control-allow-origin': pages.origin,
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': expect.stringContaining('authorization'),
      'access-control-expose-headers': expect.stringContaining('etag'),
      'access-control-max-age': '86400',
    });
  });

  it.each([
    ['a login', 'login-token', ['leave to POST']],
    ['a guest', undefined, ['POST']],
  ])('gives a page that is not on its list nothing: %s', async (_name, token, methods) => {
    await using watched = await startWatched(['https://another.example']);
    const { asked, gateway, simulator } = watched;
    const page = await pages.open(gateway.url);
    const code = await page.evaluate((token) => {
      const { proxyUrl, relais } = globalThis as unknown as GameWindow;
      const options = { linkTimeout: 1_000, ...(token && { token: () => token }) };
      const relay = new relais.RelayConnection(proxyUrl, options);
      return relay.create().catch((error: { code: string }) => error.code);
    }, token);
    expect(code).toBe('network');
    expect([...new Set(asked())]).toEqual(methods);
    expect(simulator.sessions()).toEqual([]);
    expect(await preflight(gateway.url, pages.origin)).toEqual({});
  });
});
