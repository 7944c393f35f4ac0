import { describe, expect, it } from 'vitest';
import { type GatewayPlayer, hostByGateway, joinByGateway } from '../support/gateway-game.js';
import { openUdpSockets } from '../support/open-sockets.js';
import { PageClient, type PageClientOptions } from '../support/page-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

// What opens a wire at a gateway with the real proxy behind it, and what does not.

const start = () => startStack({ linkDelay: 0, relay: { checkDelay: 0 } }, { gateway: {} });

const come = (stack: Stack, options: PageClientOptions) =>
  new PageClient(`${stack.proxyUrl.replace('http', 'ws')}/v1/channel`, options);

/** Two matches, of a host and a client and of a host, whose relays are there. */
async function twoMatches(stack: Stack) {
  const host = await hostByGateway(stack.proxyUrl);
  const client = await joinByGateway(host);
  const other = await hostByGateway(stack.proxyUrl);
  for (const { client, session } of [host, other]) await client.linked(session);
  return { host, client, other };
}
type Matches = Awaited<ReturnType<typeof twoMatches>>;

/** A ticket of the same form, whose last part was written by somebody else. */
const forged = ({ ticket }: GatewayPlayer, { ticket: foreign }: GatewayPlayer) =>
  [...ticket.split('.').slice(0, -1), foreign.split('.').at(-1)].join('.');

const WRONG: readonly (readonly [string, (matches: Matches) => string, number])[] = [
  ['none', () => '', 4401],
  ['forged, with the seal of another', ({ client, other }) => forged(client, other), 4401],
  ['without encryption', () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', 4401],
  ['the seat’s and not the channel’s', ({ client }) => client.session.ticket ?? '', 4401],
  ['the login of a guest', ({ client }) => client.client.token, 4401],
  ['the join code', ({ host }) => host.session.join_code ?? '', 4401],
];

describe('a ticket', () => {
  it.each(WRONG)('that is %s opens nothing, and no socket', async (_what, of, code) => {
    await using stack = await start();
    const ticket = of(await twoMatches(stack));
    const before = openUdpSockets();
    const page = come(stack, ticket ? { ticket } : {});
    expect(await page.whenClosed()).toMatchObject({ code });
    expect(page.messages).toEqual([]);
    expect(openUdpSockets()).toBe(before);
  });

  it('that is right opens nothing for a page of a foreign origin', async () => {
    await using stack = await start();
    const { client } = await twoMatches(stack);
    const page = come(stack, { ticket: client.ticket, origin: 'https://evil.example' });
    expect(await page.whenClosed()).toEqual({ code: 4403, reason: 'origin' });
    expect(stack.channelTotals()?.channels).toBe(0);
  });

  it('of another session leads into that one, and nothing of it reaches this one', async () => {
    await using stack = await start();
    const { host, client, other } = await twoMatches(stack);
    const [hostPage, clientPage, otherPage] = [host, client, other].map(({ ticket }) =>
      come(stack, { ticket }),
    ) as [PageClient, PageClient, PageClient];
    const pages = [hostPage, clientPage, otherPage];
    await until(() => pages.every(({ state }) => state === 'open'));
    // Connection ids begin at one in each session.
    for (const id of [0, 1, 2, 2 ** 32 - 1]) otherPage.send(Buffer.from('from elsewhere'), id);
    clientPage.send(Buffer.from('from here'));
    await until(() => hostPage.datagrams.length > 0);
    hostPage.send(Buffer.from('back'), hostPage.datagrams[0]?.connectionId);
    await until(() => clientPage.datagrams.length > 0);
    expect(hostPage.datagrams.map(({ payload }) => payload.toString())).toEqual(['from here']);
    expect(clientPage.datagrams.map(({ payload }) => payload.toString())).toEqual(['back']);
    for (const page of pages) page.cut();
  });

  it('of a player who was kicked ends their wire and opens no other, old or new', async () => {
    await using stack = await start();
    const { host, client } = await twoMatches(stack);
    const page = come(stack, { ticket: client.ticket });
    await until(() => page.state === 'open');
    await host.client.revoke(host.session, { player_id: client.client.playerId });
    expect(await page.whenClosed()).toEqual({ code: 4403, reason: 'revoked' });
    const again = come(stack, { ticket: client.ticket });
    expect(await again.whenClosed()).toEqual({ code: 4403, reason: 'revoked' });
    expect((await client.client.get(client.session)).status).toBe(403);
    expect(stack.channelTotals()).toMatchObject({ channels: 0 });
  });
});
