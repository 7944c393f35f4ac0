import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import type { Store } from '../../src/proxy/store/store.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';
import { wrapStore } from '../support/wrap-store.js';

/**
 * A store that fails once, when it is told to do this to such a key; `set` stands for both ways to set a value. What is
 * asked for in one go is not done at all then, or else it is done and only the answer is lost.
 */
function failOnce() {
  let plan: { operation: keyof Store; prefix: string; isAnswerLost: boolean } | undefined;
  const memory = new MemoryStore();
  return {
    memory,
    plan: (operation: keyof Store, prefix: string, isAnswerLost = false) => {
      plan = { operation, prefix, isAnswerLost };
    },
    isDone: () => plan === undefined,
    store: wrapStore(memory, async (operation, call, [key]) => {
      const done = operation === 'setIfAbsent' && plan?.operation === 'set' ? 'set' : operation;
      if (done !== plan?.operation || !String(key).startsWith(plan.prefix)) return call();
      const { isAnswerLost } = plan;
      plan = undefined;
      if (isAnswerLost) await call();
      throw new Error('The store does not answer.');
    }),
  };
}

/** A host in a linked session, and a player who joined it. */
async function linkMatch(proxyUrl: string) {
  const host = await GameClient.guest(proxyUrl);
  const joiner = await GameClient.guest(proxyUrl);
  const session = await host.linked((await host.create()).body);
  const joined = (await joiner.join({ session_id: session.session_id })).body;
  return { host, joiner, session, joined };
}

describe('what the store’s failure left half done', () => {
  it.each([
    ['setIfAbsent', 'nonce:'],
    ['get', 'nonce:'],
    ['addToSet', 'leases'],
    ['setIfAbsent', 'join-code:'],
    ['set', 'session:'],
    ['addToSet', 'seats:'],
    ['addToSet', 'sessions-of:'],
    ['set', 'seat:'],
    ['removeFromSet', 'reserved:'],
    ['delete', 'creating:'],
  ] as const)('is finished by the same create: %s %s', async (operation, prefix) => {
    const { isDone, plan, store } = failOnce();
    await using stack = await startStack({ linkDelay: 10 }, { store });
    const host = await GameClient.guest(stack.proxyUrl);
    plan(operation, prefix);
    const key = { 'idempotency-key': 'the-match' };
    const first = await host.create(key);
    expect(isDone()).toBe(true);
    expect([200, 500]).toContain(first.status);
    const second = await host.create(key);
    expect(second).toMatchObject({ status: 200, body: { role: 'server' } });
    expect(second.body.players).toHaveLength(1);
    expect(stack.simulator.stats().sessions.created).toBe(1);
    const joiner = await GameClient.guest(stack.proxyUrl);
    expect((await joiner.join({ join_code: second.body.join_code })).status).toBe(200);
  });

  it.each([
    ['addToSet', 'leases'],
    ['addToSet', 'seats:'],
    ['addToSet', 'sessions-of:'],
    ['delete', 'departed:'],
    ['set', 'seat:'],
    ['publish', 'session:'],
  ] as const)('is finished by the same join: %s %s', async (operation, prefix) => {
    const { isDone, memory, plan, store } = failOnce();
    await using stack = await startStack({ linkDelay: 10 }, { store });
    const host = await GameClient.guest(stack.proxyUrl);
    const { session_id } = await host.linked((await host.create()).body);
    const joiner = await GameClient.guest(stack.proxyUrl);
    plan(operation, prefix);
    expect((await joiner.join({ session_id })).status).toBe(500);
    expect(isDone()).toBe(true);
    const { status, body } = await joiner.join({ session_id });
    expect([status, body.players?.length]).toEqual([200, 2]);
    const id = encodeURIComponent(session_id);
    expect(await memory.membersOfSet(`seats:${id}`)).toContain(joiner.playerId);
    expect(await memory.membersOfSet(`sessions-of:${joiner.playerId}`)).toEqual([session_id]);
  });

  const LEAVING = [
    ['set', 'departed:'],
    ['removeFromSet', 'sessions-of:'],
    ['delete', 'seat:'],
    ['removeFromSet', 'seats:'],
    ['publish', 'session:'],
    ['removeFromSet', 'leases'],
    ['addToSet', 'chores'],
  ] as const;

  it.concurrent.for(LEAVING)(
    'is finished by the same kick: %s %s',
    { timeout: 15_000 },
    async ([operation, prefix], { expect }) => {
      const { isDone, memory, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store });
      const host = await GameClient.guest(stack.proxyUrl);
      const joiner = await GameClient.guest(stack.proxyUrl);
      const session = await host.linked((await host.create()).body);
      const { session_id } = (await joiner.join({ session_id: session.session_id })).body;
      const kick = { player_id: joiner.playerId };
      plan(operation, prefix);
      expect((await host.revoke(session, kick)).status).toBe(500);
      expect(isDone()).toBe(true);
      expect((await host.revoke(session, kick)).status).toBe(204);
      const id = encodeURIComponent(session_id);
      expect(await memory.membersOfSet(`seats:${id}`)).toEqual([host.playerId]);
      expect(await memory.sizeOfSet('leases')).toBe(1);
      expect((await host.get(session)).body.players).toHaveLength(1);
      expect((await joiner.join({ session_id })).body).toMatchObject({ code: 'revoked' });
      await expect
        .poll(() => stack.simulator.sessions()[0]?.session_users?.length, { timeout: 8_000 })
        .toBe(1);
    },
  );

  it.concurrent.for([
    ['leave', 'set', 'departed:', true],
    ['end', 'set', 'ended:', true],
    ['end', 'removeFromSet', 'sessions-of:', false],
    ['end', 'delete', 'seat:', false],
    ['end', 'removeFromSet', 'seats:', false],
    ['end', 'delete', 'join-code:', false],
    ['end', 'delete', 'session:', false],
    ['end', 'publish', 'session:', false],
    ['end', 'removeFromSet', 'leases', false],
  ] as const)(
    'is finished, asked again or not: %s, %s %s, answer lost: %s',
    { timeout: 15_000 },
    async ([what, operation, prefix, isAnswerLost], { expect }) => {
      const { isDone, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store });
      const { host, joiner, session, joined } = await linkMatch(stack.proxyUrl);
      const lists = () => JSON.stringify(stack.simulator.stats().calls['relay-session-list']);
      const before = lists();
      plan(operation, prefix, isAnswerLost);
      const answer = await (what === 'end' ? host.delete(session) : joiner.revoke(joined));
      expect(answer.status).toBe(500);
      expect(isDone()).toBe(true);
      const users = () =>
        stack.simulator.sessions().flatMap(({ session_users = [] }) => session_users);
      await expect.poll(users, { timeout: 8_000 }).toHaveLength(what === 'end' ? 0 : 1);
      // It took no look at the list, which comes once a minute.
      expect(lists()).toBe(before);
    },
  );

  it.for([
    ...LEAVING.map((failure) => ['leave', ...failure] as const),
    ['end', 'set', 'ended:'],
    ['end', 'addToSet', 'chores'],
  ] as const)(
    'is nothing where none of it was done, and the same again does it: %s, %s %s',
    async ([what, operation, prefix], { expect }) => {
      const { isDone, memory, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store });
      const { host, joiner, session, joined } = await linkMatch(stack.proxyUrl);
      const leave = () => (what === 'end' ? host.delete(session) : joiner.revoke(joined));
      plan(operation, prefix);
      expect((await leave()).status).toBe(500);
      expect(isDone()).toBe(true);
      expect(await memory.sizeOfSet('chores')).toBe(0);
      expect((await joiner.get(joined)).body.players).toHaveLength(2);
      expect((await leave()).status).toBe(204);
      const users = stack.simulator.sessions().flatMap(({ session_users = [] }) => session_users);
      expect(users).toHaveLength(what === 'end' ? 0 : 1);
    },
  );

  it('for one session keeps no other from being adopted, and not for long that one', async () => {
    const secrets = ['a secret that outlives the process 1'];
    await using stack = await startStack({ linkDelay: 10 }, { secrets });
    const hosts = await Promise.all([1, 2, 3].map(() => GameClient.guest(stack.proxyUrl)));
    const created = await Promise.all(hosts.map((host) => host.create()));
    const { isDone, memory, plan, store } = failOnce();
    plan('setIfAbsent', 'nonce:');
    const seen: number[] = [];
    const watched = wrapStore(store, async (operation, call, [key]) => {
      const result = await call();
      if (operation === 'set' && String(key).startsWith('seat:')) {
        seen.push(stack.simulator.stats().calls['relay-session-list']?.[200] ?? 0);
      }
      return result;
    });
    await using again = await startStack({}, { secrets, store: watched, edgegap: stack.edgegap });
    const joiner = await GameClient.guest(again.proxyUrl);
    expect(await joiner.join({ join_code: created[0]?.body.join_code })).toMatchObject({
      status: 200,
    });
    expect(isDone()).toBe(true);
    expect(await memory.sizeOfSet('leases')).toBe(4);
    // Two were adopted by the first look at the list, and one by the next.
    expect(seen[0]).toBe(seen[1]);
    expect(seen[2]).toBe((seen[1] ?? 0) + 1);
  }, 20_000);

  it.concurrent.for([
    ['get', 'seat:'],
    ['set', 'ended:'],
    ['addToSet', 'chores'],
  ] as const)(
    'of a lease that ran out is done in the next round: %s %s',
    { timeout: 20_000 },
    async ([operation, prefix], { expect }) => {
      const { isDone, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store, lease: 60 });
      const host = await GameClient.guest(stack.proxyUrl);
      const session = await host.linked((await host.create()).body);
      const lists = () => JSON.stringify(stack.simulator.stats().calls['relay-session-list']);
      const before = lists();
      expect((await host.revoke(session, { after: 1 })).status).toBe(204);
      plan(operation, prefix);
      await expect.poll(() => stack.simulator.sessions(), { timeout: 15_000 }).toEqual([]);
      expect(isDone()).toBe(true);
      // It took no look at the list, which comes once a minute.
      expect(lists()).toBe(before);
    },
  );

  it.concurrent.for([
    ['set', 'departed:'],
    ['removeFromSet', 'sessions-of:'],
    ['delete', 'seat:'],
    ['removeFromSet', 'seats:'],
  ] as const)(
    'of a seat whose lease ran out takes no place: %s %s',
    { timeout: 25_000 },
    async ([operation, prefix], { expect }) => {
      const { isDone, memory, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store, lease: 60 });
      const { host, joiner, session, joined } = await linkMatch(stack.proxyUrl);
      expect((await joiner.revoke(joined, { after: 1 })).status).toBe(204);
      plan(operation, prefix);
      await expect.poll(isDone, { timeout: 10_000 }).toBe(true);
      const seats = () => memory.membersOfSet(`seats:${encodeURIComponent(session.session_id)}`);
      await expect.poll(seats, { timeout: 8_000 }).toEqual([host.playerId]);
      expect(await memory.membersOfSet(`sessions-of:${joiner.playerId}`)).toEqual([]);
    },
  );

  it.concurrent.for([
    ['host', 'ended:'],
    ['joiner', 'departed:'],
  ] as const)(
    'of a lease that ran out is left undone where they are back: %s',
    { timeout: 25_000 },
    async ([who, prefix], { expect }) => {
      const { isDone, memory, plan, store } = failOnce();
      await using stack = await startStack({ linkDelay: 10 }, { store, lease: 60 });
      const { host, joiner, session, joined } = await linkMatch(stack.proxyUrl);
      const get = () => (who === 'host' ? host.get(session) : joiner.get(joined));
      const leaving =
        who === 'host' ? host.revoke(session, { after: 1 }) : joiner.revoke(joined, { after: 1 });
      expect((await leaving).status).toBe(204);
      plan('set', prefix);
      await expect.poll(isDone, { timeout: 10_000 }).toBe(true);
      expect((await get()).status).toBe(200);
      // It is taken back, or it is done.
      await expect.poll(() => memory.sizeOfSet('chores'), { timeout: 10_000 }).toBe(0);
      expect(stack.simulator.sessions()[0]?.session_users).toHaveLength(2);
      expect((await get()).status).toBe(200);
    },
  );
});
