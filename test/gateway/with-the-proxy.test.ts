import { afterEach, describe, expect, it } from 'vitest';
import type { RelayProxyOptions } from '../../src/proxy/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { Gateway } from '../support/gateway.js';
import { type GatewayPlayer, hostByGateway, joinByGateway } from '../support/gateway-game.js';
import { PageClient, type PageClientOptions } from '../support/page-client.js';
import { SeatFollower } from '../support/seat-follower.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

// The gateway and the proxy together: who keeps a seat alive, and what ends it, on a clock that the test moves.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The proxy's default, and how long after its end a lease may be noticed. */
const LEASE = 2 * MINUTE;
const NOTICED = 30 * SECOND;

const clock = { now: new FakeClock() };
const pages: PageClient[] = [];
afterEach(() => {
  for (const page of pages.splice(0)) page.cut();
});

function start(options: Partial<RelayProxyOptions> = {}): Promise<Stack> {
  clock.now = new FakeClock();
  return startStack(
    { linkDelay: 0, relay: { checkDelay: 20 } },
    { gateway: {}, clock: clock.now, ...options },
  );
}

/** A page that opens its player's channel. */
async function open(
  stack: Stack,
  { ticket }: GatewayPlayer,
  options: PageClientOptions = {},
): Promise<PageClient> {
  const url = `${stack.proxyUrl.replace('http', 'ws')}/v1/channel`;
  const page = await PageClient.open(url, ticket, { now: () => clock.now.monotonic(), ...options });
  pages.push(page);
  return page;
}

/** Lets all that is on its way arrive: what a page has answered is heard before its ping is. */
async function settle(): Promise<void> {
  for (const { socket } of pages) {
    if (socket.readyState !== socket.OPEN) continue;
    await new Promise<void>((resolve) => {
      socket.once('pong', () => resolve());
      socket.once('close', () => resolve());
      socket.ping();
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Lets time pass, with all that is sent meanwhile. */
async function pass(milliseconds: number, step = 2_500): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) {
    clock.now.advance(Math.min(left, step));
    await settle();
    await settle();
  }
}

/** How many sessions the service has. */
const sessions = ({ simulator }: Stack) => simulator.sessions().length;

/** Waits until the service has none: that is a request of the proxy's. */
const whenGone = (stack: Stack) => until(() => sessions(stack) === 0);

describe('the seat is kept alive', () => {
  it('by a new wire, at once', async () => {
    await using stack = await start();
    const host = await hostByGateway(stack.proxyUrl);
    await pass(LEASE - 10 * SECOND);
    const page = await open(stack, host);
    await pass(SECOND, 250);
    page.cut();
    await pass(LEASE - 20 * SECOND);
    expect(sessions(stack)).toBe(1);
    await pass(20 * SECOND + NOTICED);
    await whenGone(stack);
  });

  it('by the gateway, for an hour in which the hidden page’s timers sleep and its script answers probes', async () => {
    await using stack = await start();
    const page = await open(stack, await hostByGateway(stack.proxyUrl));
    await pass(60 * MINUTE, 5_000);
    expect(sessions(stack)).toBe(1);
    expect(page.closed).toBeUndefined();
  }, 60_000);

  it('for ten minutes by a frozen tab, whose browser answers and whose script does not', async () => {
    await using stack = await start();
    const page = await open(stack, await hostByGateway(stack.proxyUrl), { answers: false });
    await pass(10 * MINUTE + LEASE / 2);
    expect(sessions(stack)).toBe(1);
    await pass(LEASE / 2 + NOTICED);
    await whenGone(stack);
    expect(await page.whenClosed()).toEqual({ code: 4404, reason: 'ended' });
  }, 60_000);

  it('not by a lost wire, though its player stays at the relay', async () => {
    await using stack = await start();
    const page = await open(stack, await hostByGateway(stack.proxyUrl));
    await pass(20 * SECOND);
    page.cut();
    await pass(LEASE - 30 * SECOND);
    expect(sessions(stack)).toBe(1);
    expect(stack.channelLog.map(({ what, why }) => [what, why])).toEqual([
      ['opened', undefined],
      ['wire-lost', 'closed'],
      ['closed', 'wire-lost'],
    ]);
    await pass(10 * SECOND + NOTICED);
    await whenGone(stack);
  });

  it('not by a page that said that it may not come back, however well its wire is', async () => {
    await using stack = await start();
    const host = await hostByGateway(stack.proxyUrl);
    const page = await open(stack, host);
    await pass(5 * SECOND);
    await host.client.revoke(host.session, { after: 30 });
    await pass(30 * SECOND + NOTICED);
    await whenGone(stack);
    expect(await page.whenClosed()).toEqual({ code: 4404, reason: 'ended' });
  });

  it('again by the gateway once such a page has asked the proxy for something', async () => {
    await using stack = await start();
    const host = await hostByGateway(stack.proxyUrl);
    await open(stack, host);
    await pass(5 * SECOND);
    await host.client.revoke(host.session, { after: 30 });
    await pass(10 * SECOND);
    await host.client.get(host.session);
    await pass(2 * LEASE);
    expect(sessions(stack)).toBe(1);
  });

  it('again by the gateway once such a page has opened a new wire', async () => {
    await using stack = await start();
    const host = await hostByGateway(stack.proxyUrl);
    const page = await open(stack, host);
    await pass(5 * SECOND);
    await host.client.revoke(host.session, { after: 30 });
    page.cut();
    await pass(5 * SECOND);
    await open(stack, host);
    await pass(2 * LEASE);
    expect(sessions(stack)).toBe(1);
  });

  it('by each request of the page’s connection', async () => {
    await using stack = await start();
    const { client, session } = await hostByGateway(stack.proxyUrl);
    for (let count = 0; count < 4; count += 1) {
      await pass(LEASE - 10 * SECOND);
      expect((await client.get(session)).status).toBe(200);
    }
    await pass(LEASE + NOTICED);
    await whenGone(stack);
  });

  it('not by being followed alone', async () => {
    await using stack = await start();
    const { ticket } = await hostByGateway(stack.proxyUrl);
    const follower = await SeatFollower.of(stack.proxy.seats, ticket);
    await pass(LEASE + NOTICED);
    await whenGone(stack);
    await until(() => follower.ends.length > 0);
    expect(follower.ends).toEqual(['ended']);
  });
});

/** A host and a client in the middle of play. */
async function play(stack: Stack) {
  const host = await hostByGateway(stack.proxyUrl);
  const client = await joinByGateway(host);
  const hostPage = await open(stack, host);
  const clientPage = await open(stack, client);
  await until(() => {
    clock.now.advance(50);
    return hostPage.state === 'open' && clientPage.state === 'open';
  });
  return { host, client, hostPage, clientPage };
}

/** What a page's wire was closed with, within one second by the clock. */
async function closedWithinASecond(page: PageClient) {
  let passed = 0;
  await until(() => {
    if (passed < SECOND) {
      clock.now.advance(20);
      passed += 20;
    }
    return page.closed !== undefined;
  });
  return page.closed;
}

describe('in the middle of play, within a second', () => {
  it('a player who is kicked is told so, and the others play on', async () => {
    await using stack = await start();
    const { host, client, hostPage, clientPage } = await play(stack);
    await host.client.revoke(host.session, { player_id: client.client.playerId });
    expect(await closedWithinASecond(clientPage)).toEqual({ code: 4403, reason: 'revoked' });
    expect([hostPage.closed, hostPage.state]).toEqual([undefined, 'open']);
    const again = new PageClient(`${stack.proxyUrl.replace('http', 'ws')}/v1/channel`, client);
    expect(await again.whenClosed()).toEqual({ code: 4403, reason: 'revoked' });
  });

  it('the wire of a player who leaves is closed', async () => {
    await using stack = await start();
    const { client, clientPage, hostPage } = await play(stack);
    await client.client.revoke(client.session);
    expect(await closedWithinASecond(clientPage)).toEqual({ code: 4403, reason: 'revoked' });
    expect(hostPage.closed).toBeUndefined();
  });

  it('all wires of a session that ends are closed', async () => {
    await using stack = await start();
    const { host, hostPage, clientPage } = await play(stack);
    await host.client.delete(host.session);
    expect(await closedWithinASecond(hostPage)).toEqual({ code: 4404, reason: 'ended' });
    expect(await closedWithinASecond(clientPage)).toEqual({ code: 4404, reason: 'ended' });
  });

  it('the wire of a player whose lease runs out is closed', async () => {
    await using stack = await start();
    const { client, clientPage, hostPage } = await play(stack);
    await client.client.revoke(client.session, { after: 1 });
    await pass(SECOND + NOTICED, 500);
    expect(await closedWithinASecond(clientPage)).toEqual({ code: 4403, reason: 'revoked' });
    expect(hostPage.closed).toBeUndefined();
  });

  it('all wires of a proxy that stops are closed, for it to be found anew', async () => {
    await using stack = await start();
    const { hostPage, clientPage } = await play(stack);
    const stopping = stack.proxy.close();
    expect(await closedWithinASecond(hostPage)).toEqual({ code: 4503, reason: 'closing' });
    expect(await closedWithinASecond(clientPage)).toEqual({ code: 4503, reason: 'closing' });
    await stopping;
  });
});

/** Lets a second pass, in steps, or less until it is so; then what is on its way may arrive, without any more time. */
async function untilWithinASecond(isSo: () => boolean): Promise<void> {
  for (let passed = 0; passed < SECOND && !isSo(); passed += 20) {
    clock.now.advance(20);
    await settle();
  }
  await until(isSo);
}

/** Whether both pages were told that the relay is another one, and then that it is open. */
const haveMoved = (pages: readonly PageClient[]) => () =>
  pages.every(
    (page) =>
      page
        .of('state')
        .slice(-2)
        .map(({ state }) => state)
        .join() === 'checking,open',
  );

describe('a session that moves to another relay takes its channels along', () => {
  it('within a second, where the service announces it, though nobody is at the relay to be refused', async () => {
    await using front = await Gateway.start();
    await using stack = await start({ publicUrl: front.url });
    front.target = stack.proxyUrl;
    const host = await hostByGateway(stack.proxyUrl);
    const follower = await SeatFollower.of(stack.proxy.seats, host.ticket);
    await until(() => {
      clock.now.advance(50);
      return follower.documents.at(-1)?.isOpen === true;
    });
    // The webhook of the link is more than a moment ago.
    clock.now.advance(6 * SECOND);
    const port = follower.documents.at(-1)?.relay?.port;
    await stack.simulator.relink(host.session.session_id);
    await untilWithinASecond(() => follower.documents.at(-1)?.relay?.port !== port);
    expect(front.of('webhook')).toHaveLength(2);
    expect(follower.ends).toEqual([]);
  });

  it('within a second, where the old relay refuses them', async () => {
    await using stack = await start();
    const { host, hostPage, clientPage } = await play(stack);
    await pass(6 * SECOND);
    const states = hostPage.of('state').length;
    await stack.simulator.relink(host.session.session_id);
    // The relay is pinged every second, and its refusal has the service asked at once.
    await pass(SECOND, 250);
    await untilWithinASecond(
      () => hostPage.of('state').length > states && haveMoved([hostPage, clientPage])(),
    );
  });

  it('with the next look at open sessions, where nobody says anything', async () => {
    await using stack = await start();
    const host = await hostByGateway(stack.proxyUrl);
    await until(() => {
      clock.now.advance(50);
      return stack.simulator.sessions()[0]?.linked === true;
    });
    const { body, headers } = await host.client.get(host.session);
    // Nobody is at the relay, so nobody is refused there. The page's connection waits for news.
    const follower = await SeatFollower.of(stack.proxy.seats, host.ticket);
    const aborting = new AbortController();
    const waits = { prefer: 'wait=25', 'if-none-match': headers.get('etag') ?? '' };
    const held = host.client.get(body, waits, aborting.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const port = follower.documents.at(-1)?.relay?.port;
    await stack.simulator.relink(host.session.session_id);
    for (let passed = 0; passed < 11 * SECOND; passed += 250) {
      clock.now.advance(250);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => follower.documents.at(-1)?.relay?.port !== port);
    expect((await held).body.relay.ports.server.port).toBe(follower.documents.at(-1)?.relay?.port);
    aborting.abort();
  });
});
