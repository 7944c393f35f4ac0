import { describe, expect, it } from 'vitest';
import { MemoryStore, type RelayProxyOptions } from '../../../src/proxy/index.js';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { Gateway } from '../../support/gateway.js';
import { channelTicket, hostByGateway, joinByGateway } from '../../support/gateway-game.js';
import { SeatFollower } from '../../support/seat-follower.js';
import { type Stack, startStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { wrapStore } from '../../support/wrap-store.js';

const SECRETS = ['a secret that all processes have 123'];
const SESSIONS = '/v1/relays/sessions';

const start = (options: Partial<RelayProxyOptions> = {}) =>
  startStack({ linkDelay: 20 }, { gateway: {}, secrets: SECRETS, ...options });

/** Another process on the same service. */
const startBeside = ({ edgegap }: Stack, options: Partial<RelayProxyOptions> = {}) =>
  startStack({}, { gateway: {}, secrets: SECRETS, edgegap, ...options });

/** A host and a client who come by the gateway. */
async function seat({ proxyUrl }: Pick<Stack, 'proxyUrl'>) {
  const { client: host, session: hostSession, ticket: hostTicket } = await hostByGateway(proxyUrl);
  const joined = await joinByGateway({ client: host, session: hostSession, ticket: hostTicket });
  return { host, hostSession, hostTicket, ...joined };
}

describe('a seat that is followed', () => {
  it('tells where its relay is, and whoever joins', async () => {
    await using stack = await start();
    const { hostTicket, host, hostSession } = await seat(stack);
    // To follow asks the service for nothing.
    await host.linked(hostSession);
    const follower = await SeatFollower.of(stack.proxy.seats, hostTicket);
    await until(() => follower.documents.at(-1)?.isOpen === true);
    const [upstream] = stack.simulator.sessions();
    expect(follower.documents.at(-1)).toEqual({
      role: 'server',
      players: 2,
      isOpen: true,
      relay: { host: upstream?.relay?.host, port: upstream?.relay?.ports?.server?.port },
      userAuthorizationToken: upstream?.session_users?.[0]?.authorization_token,
      sessionAuthorizationToken: upstream?.authorization_token,
    });
    const third = await GameClient.guest(stack.proxyUrl);
    await third.join({ join_code: hostSession.join_code ?? '' });
    await until(() => follower.documents.at(-1)?.players === 3);
    expect(follower.seat).toMatchObject({
      session: hostSession.session_id,
      player: host.playerId,
      lease: 120_000,
    });
  });

  it('ends when its player is kicked', async () => {
    await using stack = await start();
    const { client, host, hostSession, ticket, hostTicket } = await seat(stack);
    const followers = [
      await SeatFollower.of(stack.proxy.seats, ticket),
      await SeatFollower.of(stack.proxy.seats, hostTicket),
    ] as const;
    await host.revoke(hostSession, { player_id: client.playerId });
    await until(() => followers[0].ends.length > 0);
    expect(followers[0].ends).toEqual(['revoked']);
    await until(() => followers[1].documents.at(-1)?.players === 1);
    expect(followers[1].ends).toEqual([]);
  });

  it('ends when its player is kicked in another process, though the service does not answer here', async () => {
    const store = new MemoryStore();
    await using service = await start({ store: wrapStore(store) });
    let isStuck = false;
    const clock = new FakeClock();
    clock.set(Date.now() - clock.now());
    await using other = await startBeside(service, {
      store: wrapStore(store),
      clock,
      edgegap: {
        ...service.edgegap,
        fetch: (input, init) => (isStuck ? new Promise(() => {}) : fetch(input, init)),
      },
    });
    const { client, host, hostSession, ticket } = await seat(service);
    const follower = await SeatFollower.of(other.proxy.seats, ticket);
    isStuck = true;
    // The document is no longer fresh.
    clock.advance(6_000);
    await host.revoke(hostSession, { player_id: client.playerId });
    const kickedAt = clock.monotonic();
    await until(() => {
      if (clock.monotonic() - kickedAt < 500) clock.advance(20);
      return follower.ends.length > 0;
    });
    expect(follower.ends).toEqual(['revoked']);
  });

  it('ends when its player leaves, and when the session ends', async () => {
    await using stack = await start();
    const { client, session, host, hostSession, ticket, hostTicket } = await seat(stack);
    const leaving = await SeatFollower.of(stack.proxy.seats, ticket);
    const ending = await SeatFollower.of(stack.proxy.seats, hostTicket);
    await client.revoke(session);
    await until(() => leaving.ends.length > 0);
    expect(leaving.ends).toEqual(['revoked']);
    await host.delete(hostSession);
    await until(() => ending.ends.length > 0);
    expect(ending.ends).toEqual(['ended']);
  });

  it('ends when the proxy stops, for another process takes over', async () => {
    await using stack = await start();
    const { ticket } = await seat(stack);
    const follower = await SeatFollower.of(stack.proxy.seats, ticket);
    await stack.proxy.close();
    expect(follower.ends).toEqual(['closing']);
    await expect(SeatFollower.of(stack.proxy.seats, ticket)).rejects.toMatchObject({ code: 4503 });
  });

  it('is told no more once it is released', async () => {
    await using stack = await start();
    const { client, host, hostSession, ticket, hostTicket } = await seat(stack);
    const released = await SeatFollower.of(stack.proxy.seats, ticket);
    const other = await SeatFollower.of(stack.proxy.seats, hostTicket);
    const told = released.documents.length;
    released.seat.release();
    await host.revoke(hostSession, { player_id: client.playerId });
    await until(() => other.documents.at(-1)?.players === 1);
    expect([released.ends, released.documents.length]).toEqual([[], told]);
  });
});

describe('the newest wire of a seat', () => {
  it('wins over one in another process that shares the store', async () => {
    const store = new MemoryStore();
    await using first = await start({ store: wrapStore(store) });
    await using second = await startBeside(first, { store: wrapStore(store) });
    const { ticket, hostTicket } = await seat(first);
    const older = await SeatFollower.of(first.proxy.seats, ticket);
    const host = await SeatFollower.of(first.proxy.seats, hostTicket);
    const newer = await SeatFollower.of(second.proxy.seats, ticket);
    await until(() => older.ends.length > 0);
    expect(older.ends).toEqual(['replaced']);
    // And back again.
    const newest = await SeatFollower.of(first.proxy.seats, ticket);
    await until(() => newer.ends.length > 0);
    expect([newer.ends, newest.ends, host.ends]).toEqual([['replaced'], [], []]);
  });

  it('of many that come at once in two processes is in one of them', async () => {
    const store = new MemoryStore();
    await using first = await start({ store: wrapStore(store) });
    await using second = await startBeside(first, { store: wrapStore(store) });
    const { ticket } = await seat(first);
    const follow = (stack: Stack) => SeatFollower.of(stack.proxy.seats, ticket);
    const inBoth = await Promise.all(
      [0, 1, 2, 3].map(() => Promise.all([follow(first), follow(second)])),
    );
    const goOn = (process: 0 | 1) =>
      inBoth.map((both) => both[process]).filter(({ ends }) => ends.length === 0).length;
    await until(() => goOn(0) === 0 || goOn(1) === 0);
    expect([goOn(0), goOn(1)].sort()).toEqual([0, 4]);
  });

  it('is the gateway’s own affair within one process', async () => {
    await using stack = await start();
    const { ticket, hostTicket, host, hostSession, client } = await seat(stack);
    const older = await SeatFollower.of(stack.proxy.seats, ticket);
    const newer = await SeatFollower.of(stack.proxy.seats, ticket);
    const other = await SeatFollower.of(stack.proxy.seats, hostTicket);
    expect(newer.seat.key).toBe(older.seat.key);
    expect(other.seat.key).not.toBe(older.seat.key);
    await host.revoke(hostSession, { player_id: client.playerId });
    await until(() => older.ends.length + newer.ends.length === 2);
    expect([older.ends, newer.ends]).toEqual([['revoked'], ['revoked']]);
  });

  it('leaves nothing in the store when its session has ended', async () => {
    const keys = new Set<string>();
    const memory = new MemoryStore();
    const store = wrapStore(memory, (operation, call, [key]) => {
      if (operation === 'set' && String(key).startsWith('wire:')) keys.add(String(key));
      return call();
    });
    await using stack = await start({ store });
    const { host, hostSession, ticket } = await seat(stack);
    const follower = await SeatFollower.of(stack.proxy.seats, ticket);
    const [key = ''] = keys;
    expect(await memory.get(key)).toBeTypeOf('string');
    await host.delete(hostSession);
    await until(() => follower.ends.length > 0);
    expect(await memory.get(key)).toBeUndefined();
  });
});

describe('a ticket', () => {
  const refusal = (stack: Stack, ticket: string) =>
    SeatFollower.of(stack.proxy.seats, ticket).then(
      () => undefined,
      ({ code, reason }) => [code, reason],
    );

  it('of a seat opens no channel, and one of a channel no seat', async () => {
    await using stack = await start();
    const { client, host, hostSession, session, ticket, hostTicket } = await seat(stack);
    expect(await refusal(stack, session.ticket ?? '')).toEqual([4401, 'invalid']);
    expect(await refusal(stack, host.token)).toEqual([4401, 'invalid']);
    const asSeat = { ...hostSession, ticket: hostTicket };
    const answers = [
      await host.get(asSeat),
      await host.delete(asSeat),
      await host.revoke(asSeat, { player_id: client.playerId }),
      await client.revoke({ ...session, ticket }),
      await host.send('GET', SESSIONS, { token: hostTicket }),
      await host.send('POST', SESSIONS, { token: hostTicket, json: {} }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    expect((await host.get(hostSession)).body.players).toHaveLength(2);
  });

  it('that is none, is cut, or is another deployment’s opens nothing', async () => {
    await using stack = await start();
    await using foreign = await startBeside(stack, {
      secrets: ['a secret of somebody else, 32 or more'],
    });
    const { ticket } = await seat(stack);
    for (const wrong of ['', 'x', ticket.slice(0, -4), `${ticket}x`, ticket.toUpperCase()]) {
      expect(await refusal(stack, wrong)).toEqual([4401, 'invalid']);
    }
    expect(await refusal(foreign, ticket)).toEqual([4401, 'invalid']);
  });

  it('opens a channel for five minutes', async () => {
    const clock = new FakeClock();
    await using stack = await start({ clock });
    const { ticket } = await seat(stack);
    clock.set(5 * 60_000 - 1_000);
    expect(await refusal(stack, ticket)).toBeUndefined();
    clock.set(2_000);
    expect(await refusal(stack, ticket)).toEqual([4401, 'expired']);
  });

  it('of another session opens that one’s channel and no other', async () => {
    await using stack = await start();
    const first = await hostByGateway(stack.proxyUrl);
    const second = await hostByGateway(stack.proxyUrl);
    const follower = await SeatFollower.of(stack.proxy.seats, second.ticket);
    expect(follower.seat.session).toBe(second.session.session_id);
    await first.client.delete(first.session);
    expect(await refusal(stack, first.ticket)).toEqual([4404, 'ended']);
    expect(follower.ends).toEqual([]);
  });

  it('of somebody who was kicked, or has left, opens nothing', async () => {
    await using stack = await start();
    const { client, host, hostSession, ticket } = await seat(stack);
    const third = await joinByGateway({ client: host, session: hostSession, ticket: '' });
    await host.revoke(hostSession, { player_id: client.playerId });
    await third.client.revoke(third.session);
    expect(await refusal(stack, ticket)).toEqual([4403, 'revoked']);
    expect(await refusal(stack, third.ticket)).toEqual([4403, 'revoked']);
  });

  it('opens nothing where the seat is not known yet: its player is to ask the proxy first', async () => {
    await using stack = await start();
    await using restarted = await startBeside(stack);
    const { client, session, ticket } = await seat(stack);
    await client.linked(session);
    expect(await refusal(restarted, ticket)).toEqual([4503, 'not-loaded']);
    const again = Object.assign(new GameClient(restarted.proxyUrl), { token: client.token });
    const { body } = await again.get(session);
    expect(await refusal(restarted, channelTicket(body))).toBeUndefined();
  });

  it('opens nothing in a proxy without a gateway, which gives none out', async () => {
    await using stack = await start();
    await using without = await startBeside(stack, { gateway: undefined });
    const { session, client, ticket } = await seat(stack);
    expect(await refusal(without, ticket)).toEqual([4401, 'no-gateway']);
    const guest = await GameClient.guest(without.proxyUrl);
    const hosting = await guest.send('POST', SESSIONS, { json: { via: 'gateway' } });
    expect([hosting.status, hosting.body.code]).toEqual([400, 'bad-request']);
    expect(hosting.body.message).toContain('RELAIS_GATEWAY=on');
    const joining = await guest.send('POST', `${SESSIONS}:authorize-user`, {
      json: { via: 'gateway', session_id: session.session_id },
    });
    expect(joining.status).toBe(400);
    const there = Object.assign(new GameClient(without.proxyUrl), { token: client.token });
    expect(channelTicket((await there.get(session)).body)).toBe('');
  });
});

/** What the service was asked so far, but for the lists that every proxy looks through. */
const asked = ({ simulator }: Stack) => {
  const { 'relay-session-list': _lists, ...calls } = simulator.stats().calls;
  return JSON.stringify(calls);
};

describe('following', () => {
  it('asks the service for nothing, holds no request, and goes on when nobody else asks, for an hour', async () => {
    const clock = new FakeClock();
    const metrics = createPrometheusMetrics();
    await using stack = await startStack({ linkDelay: 0 }, { gateway: {}, clock, metrics });
    const { host, hostSession, client, ticket, hostTicket } = await seat(stack);
    const followers = [
      await SeatFollower.of(stack.proxy.seats, hostTicket),
      await SeatFollower.of(stack.proxy.seats, ticket),
    ];
    const gauges = async () => (await metrics.expose()).body.split('\n');
    expect(await gauges()).toEqual(
      expect.arrayContaining(['relais_followed_seats 2', 'relais_waiters 0']),
    );
    const before = asked(stack);
    for (let minute = 0; minute < 60; minute += 1) {
      for (const { seat } of followers) await seat.renew();
      clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(asked(stack)).toBe(before);
    expect(followers.map(({ ends }) => ends)).toEqual([[], []]);
    expect(await gauges()).toEqual(
      expect.arrayContaining(['relais_followed_seats 2', 'relais_sessions 1']),
    );
    // It hears of what happens all the same.
    await host.revoke(hostSession, { player_id: client.playerId });
    await until(() => {
      clock.advance(20);
      return followers[1]?.ends[0] === 'revoked';
    });
    expect(await gauges()).toContain('relais_followed_seats 1');
    followers[0]?.seat.release();
    expect(await gauges()).toContain('relais_followed_seats 0');
    for (let count = 0; count < 3; count += 1) clock.advance(60_000);
    expect(await gauges()).toContain('relais_sessions 0');
  });

  it('has the service asked at once for what a webhook announces, though nobody waits', async () => {
    await using front = await Gateway.start();
    const options = { gateway: {}, publicUrl: front.url };
    await using stack = await startStack({ linkDelay: 1_000 }, options);
    front.target = stack.proxyUrl;
    const { client: host, session, ticket } = await hostByGateway(stack.proxyUrl);
    const follower = await SeatFollower.of(stack.proxy.seats, ticket);
    await until(() => follower.documents.at(-1)?.isOpen === true);
    expect(front.of('webhook')).toHaveLength(1);
    expect((await host.get(session)).body.linked).toBe(true);
  });
});

describe('players who come by the gateway', () => {
  it('are authorised at the relay by its address, where it has one, and the others by their own', async () => {
    await using stack = await start({ gateway: { address: '198.51.100.77' } });
    const host = await hostByGateway(stack.proxyUrl);
    await joinByGateway(host);
    await host.client.linked(host.session);
    const native = await GameClient.guest(stack.proxyUrl);
    await native.join({ join_code: host.session.join_code ?? '' });
    const [upstream] = stack.simulator.sessions();
    const addresses = upstream?.session_users?.map(({ ip_address }) => ip_address);
    expect(addresses).toEqual(['198.51.100.77', '198.51.100.77', '203.0.113.7']);
  });

  it('count in no limit for being followed', async () => {
    const limits = { waitsPerPlayer: 1, requestsPerPlayer: 4, requestsPerIp: 8 };
    await using stack = await start({ limits, clock: new FakeClock() });
    const { client, session, ticket } = await hostByGateway(stack.proxyUrl);
    for (let count = 0; count < 20; count += 1) {
      await SeatFollower.of(stack.proxy.seats, ticket);
    }
    const known = await client.get(session);
    const aborting = new AbortController();
    const held = client.get(
      session,
      { prefer: 'wait=20', 'if-none-match': known.headers.get('etag') ?? '' },
      aborting.signal,
    );
    const outcome = held.then(
      ({ status }) => status,
      () => 'held',
    );
    const next = await client.get(session);
    aborting.abort();
    expect([known.status, await outcome, next.status]).toEqual([200, 'held', 200]);
  });
});
