import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../../src/api/player-session.js';
import { RelayApi } from '../../../src/api/relay-api.js';
import type { RelaySession } from '../../../src/api/schemas.js';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { DeadTokens } from '../../../src/proxy/watch/dead-tokens.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { Gate } from '../../support/gate.js';
import { SharedTime } from '../../support/shared-time.js';
import { API_TOKEN, type Stack, startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SHORT = { lease: 2, longestWait: 1 };
const SECRETS = ['a secret that outlives the process 1'];

/** A linked session with a host and a joiner. */
async function linkMatch(stack: Stack) {
  const host = await GameClient.guest(stack.proxyUrl);
  const joiner = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  const joined = (await joiner.join({ session_id: session.session_id })).body as PlayerSession;
  return { host, joiner, session, joined };
}

/** A service, a match at a proxy before it, and the time that passes for all proxies. */
async function startTimed() {
  const time = new SharedTime();
  const service = await startStack({ linkDelay: 10 });
  const shared = {
    secrets: SECRETS,
    edgegap: { ...service.edgegap, fetch: time.fetch },
    clock: time.clock(),
  };
  const before = await startStack({}, shared);
  return {
    ...service,
    edgegap: shared.edgegap,
    time,
    match: await time.during(linkMatch(before)),
    /** Another proxy with leases of 2 s. It remembers nothing. */
    startAgain: (options: Partial<RelayProxyOptions> = {}) =>
      startStack({}, { ...SHORT, ...shared, ...options }),
    async [Symbol.asyncDispose]() {
      await before[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** The same player, at another proxy. */
const at = (stack: Stack, { token, playerId }: GameClient) =>
  Object.assign(new GameClient(stack.proxyUrl), { token, playerId });

const tokenOf = ({ session_user }: PlayerSession) => session_user?.authorization_token;

const isListed = ({ simulator }: Stack, session: PlayerSession) =>
  simulator
    .sessions()
    .flatMap(({ session_users = [] }) => session_users)
    .some((user) => user.authorization_token === tokenOf(session));

describe('after a restart with an empty memory', () => {
  it.each([
    ['get and revoke-user fail', ['relay-session-get', 'relay-user-revoke']],
    ['get alone fails', ['relay-session-get']],
  ] as const)('who asks all the time keeps their token: %s', async (_, failing) => {
    await using stack = await startTimed();
    const { host, joiner, session, joined } = stack.match;
    const { simulator, time } = stack;
    for (const operation of failing) simulator.faults.add({ kind: 'unavailable', operation });
    const store = new MemoryStore(time.clock());
    await using again = await stack.startAgain({ store: wrapStore(store) });
    const statuses = new Set<number>();
    const ask = async () => {
      const answers = [at(again, host).get(session), at(again, joiner).get(joined)];
      for (const { status } of await Promise.all(answers)) statuses.add(status);
    };
    // For longer than two leases.
    const asked: Promise<void>[] = [];
    for (let count = 0; count < 25; count += 1) {
      asked.push(ask());
      await time.step();
      await time.step();
    }
    simulator.faults.clear();
    await time.during(Promise.all([...asked, ask()]));
    await time.until(async () => expect(await store.sizeOfSet('chores')).toBe(0));
    await time.during(ask());
    expect([...statuses].sort()).toEqual([200, 503]);
    const { body } = await at(again, joiner).get(joined);
    expect(tokenOf(body)).toBe(tokenOf(joined));
    expect(isListed(stack, joined)).toBe(true);
  });

  it('who comes back calls off the revoke that is planned against their token', async () => {
    await using stack = await startTimed();
    const { host, joiner, session, joined } = stack.match;
    const { time } = stack;
    stack.simulator.faults.add({ kind: 'unavailable', operation: 'relay-user-revoke' });
    const store = new MemoryStore(time.clock());
    await using again = await stack.startAgain({ store: wrapStore(store) });
    const planned = async () => {
      await at(again, host).get(session);
      return store.sizeOfSet('chores');
    };
    await time.until(async () => expect(await planned()).toBe(1));
    expect((await at(again, joiner).get(joined)).status).toBe(200);
    stack.simulator.faults.clear();
    await time.until(async () => expect(await planned()).toBe(0));
    expect((await at(again, joiner).get(joined)).body.session_user).toEqual(joined.session_user);
    expect(isListed(stack, joined)).toBe(true);
  });

  it('who comes back while their token is being revoked is told, and can join anew', async () => {
    await using stack = await startTimed();
    const { host, joiner, session, joined } = stack.match;
    const { time } = stack;
    const gate = new Gate();
    const slowly: typeof fetch = async (input) => {
      if ((input as Request).url.endsWith(':revoke-user')) await gate.pass();
      return time.fetch(input);
    };
    await using again = await stack.startAgain({ edgegap: { ...stack.edgegap, fetch: slowly } });
    let isUnderWay = false;
    void gate.arrived.then(() => {
      isUnderWay = true;
    });
    const ask = () => at(again, host).get(session);
    await time.until(async () => {
      await ask();
      expect(isUnderWay).toBe(true);
    });
    const returning = at(again, joiner).get(joined);
    await ask();
    gate.open();
    expect(await returning).toMatchObject({ status: 403, body: { code: 'revoked' } });
    const anew = await at(again, joiner).join({ session_id: session.session_id });
    expect(anew.status).toBe(200);
    expect(isListed(stack, anew.body)).toBe(true);
    expect((await at(again, joiner).get(anew.body)).status).toBe(200);
  });
});

it('who joins again with a seat calls off the revoke that somebody planned and came no further with', async () => {
  const store = new MemoryStore();
  await using stack = await startStack({ linkDelay: 10 }, { store });
  const { joiner, session, joined } = await linkMatch(stack);
  const { session_id: sessionId } = session;
  const chore = { what: 'revoke', sessionId, token: tokenOf(joined) };
  await store.batch([['schedule', 'chores', JSON.stringify(chore), 60_000]]);
  const again = await joiner.join({ session_id: sessionId });
  expect(again.body).toMatchObject({ session_user: joined.session_user });
  expect(await store.sizeOfSet('chores')).toBe(0);
  expect(isListed(stack, joined)).toBe(true);
});

it('a token that upstream lists no longer is noticed: its player is told, and can join anew', async () => {
  const clock = new FakeClock();
  await using stack = await startStack({ linkDelay: 10 }, { clock });
  const host = await GameClient.guest(stack.proxyUrl);
  const joiner = await GameClient.guest(stack.proxyUrl);
  const session = (await host.create()).body;
  const joined = (await joiner.join({ session_id: session.session_id })).body;
  const askFirst = async () => {
    clock.advance(1_000);
    return (await joiner.get(joined)).body;
  };
  await expect.poll(askFirst, { interval: 5 }).toMatchObject({ linked: true });
  const api = new RelayApi({ apiToken: API_TOKEN, baseUrl: stack.simulator.url });
  const authorization_token = tokenOf(joined) as number;
  await api.revokeUser({ session_id: session.session_id, authorization_token });
  const ask = async () => {
    clock.advance(1_000);
    return (await joiner.get(joined)).status;
  };
  await expect.poll(ask, { timeout: 10_000, interval: 5 }).toBe(403);
  expect((await joiner.get(joined)).body).toMatchObject({ code: 'revoked' });
  const anew = await joiner.join({ session_id: session.session_id });
  expect(anew).toMatchObject({ status: 200, body: { linked: true } });
  expect(isListed(stack, anew.body)).toBe(true);
  for (let count = 0; count < 20; count += 1) {
    clock.advance(1_000);
    expect((await joiner.get(anew.body)).status).toBe(200);
    expect((await host.get(session)).status).toBe(200);
  }
});

describe('a token is gone', () => {
  const seat = {
    playerId: 'ben',
    sessionId: 'a-S',
    role: 'client',
    ip: '',
    authorizationToken: 7,
  } as const;
  const host = { ...seat, playerId: 'anna', role: 'server', authorizationToken: 1 } as const;
  const listing = (...tokens: number[]) =>
    ({
      linked: true,
      session_users: tokens.map((authorization_token) => ({ authorization_token })),
    }) as RelaySession;
  const look = (unlisted: DeadTokens, document: RelaySession, asked: number, came = asked) =>
    unlisted.look(document, [host, seat], asked, came);

  it('where two documents miss it that were asked for long enough after one another', () => {
    const unlisted = new DeadTokens();
    expect(look(unlisted, listing(1), 0, 100)).toEqual([]);
    expect(unlisted.isInDoubt).toBe(true);
    expect(look(unlisted, listing(1), 5_000)).toEqual([]);
    expect(look(unlisted, listing(1), 5_100)).toEqual([seat]);
    expect(unlisted.isInDoubt).toBe(false);
  });

  it('not where a document between the two lists it', () => {
    const unlisted = new DeadTokens();
    look(unlisted, listing(1), 0);
    expect(look(unlisted, listing(1, 7), 2_000)).toEqual([]);
    expect(unlisted.isInDoubt).toBe(false);
    expect(look(unlisted, listing(1), 6_000)).toEqual([]);
  });

  it.each([
    ['of a session that is not linked', { ...listing(1), linked: false }],
    ['that lists nobody', listing()],
    ['that comes without users', { linked: true } as RelaySession],
  ])('not by a document %s', (_, document) => {
    const unlisted = new DeadTokens();
    for (const asked of [0, 10_000, 20_000]) expect(look(unlisted, document, asked)).toEqual([]);
  });

  it('never the host’s: they have no other', () => {
    const unlisted = new DeadTokens();
    for (const asked of [0, 10_000, 20_000]) {
      expect(look(unlisted, listing(7), asked)).toEqual([]);
    }
  });
});
