import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../../src/api/player-session.js';
import { MemoryStore, type RelayProxyOptions } from '../../../src/proxy/index.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
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
  const host = await GameClient.guest(proxyUrl);
  const created = await host.send('POST', SESSIONS, { json: { via: 'gateway' } });
  const client = await GameClient.guest(proxyUrl);
  const joined = await client.send('POST', `${SESSIONS}:authorize-user`, {
    json: { via: 'gateway', join_code: created.body.join_code },
  });
  return {
    host,
    client,
    hostSession: created.body as PlayerSession,
    session: joined.body as PlayerSession,
    ticket: ticketIn(joined.body),
    hostTicket: ticketIn(created.body),
  };
}

const ticketIn = (session: PlayerSession): string => session.gateway?.ticket ?? '';

describe('a seat that is followed', () => {
  it('tells where its relay is, and whoever joins', async () => {
    await using stack = await start();
    const { hostTicket, host, hostSession } = await seat(stack);
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
    const store = wrapStore(new MemoryStore(), (operation, call, [key]) => {
      if (operation === 'set' && String(key).startsWith('wire:')) keys.add(String(key));
      if (operation === 'delete') keys.delete(String(key));
      return call();
    });
    await using stack = await start({ store });
    const { host, hostSession, ticket } = await seat(stack);
    const follower = await SeatFollower.of(stack.proxy.seats, ticket);
    expect(keys.size).toBe(1);
    await host.delete(hostSession);
    await until(() => follower.ends.length > 0);
    expect(keys.size).toBe(0);
  });
});
